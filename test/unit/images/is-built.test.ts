import { expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import { isBuilt } from '../../../src/images/is-built.js';

const config = resolveConfig(
  { apis: { v1: { build: 'api' }, v2: { image: 'ghcr.io/team/api:2' } }, routes: [{ to: 'v1' }] },
  '/srv/shop',
);

it.each([
  ['registry', 'nginx', false],
  ['registry', 'api', true],
  ['registry', 'backend:v1', true],
  ['registry', 'backend:v2', false],
  ['debian', 'nginx', true],
  ['debian', 'api', true],
  ['debian', 'backend:v1', true],
  ['debian', 'backend:v2', false],
] as const)('from %s, %s: %s', (source, image, expected) => {
  expect(isBuilt(config, source, image)).toBe(expected);
});
