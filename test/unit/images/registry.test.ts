import { expect, it } from 'vitest';
import { registryHost } from '../../../src/images/registry.js';

it.each([
  ['nginx:1.30.6-alpine', 'docker.io'],
  ['grafana/grafana:12.4.10', 'docker.io'],
  ['ghcr.io/owner/name:1', 'ghcr.io'],
  ['localhost/name:1', 'localhost'],
  ['mirror:5000/library/nginx', 'mirror:5000'],
])('%s lies at %s', (reference, host) => {
  expect(registryHost(reference)).toBe(host);
});
