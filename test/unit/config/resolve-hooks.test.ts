import { expect, test } from 'vitest';
import { resolveHooks } from '../../../src/config/resolve-hooks.js';

const run = (): void => undefined;

test('each hook is marked with what it is, and stays so as JSON', () => {
  const hooks = resolveHooks({ beforeUp: 'make check', afterUp: ['./tell', 'a b'], beforeDown: run, timeout: '90s' });
  expect(hooks).toEqual({
    beforeUp: { kind: 'shell', command: 'make check' },
    afterUp: { kind: 'program', arguments: ['./tell', 'a b'] },
    beforeDown: { kind: 'function', run },
    timeout: 90_000,
  });
  expect(JSON.parse(JSON.stringify(hooks))).toMatchObject({ beforeDown: { kind: 'function' } });
});

test('none is none, and may take ten minutes', () => {
  expect(resolveHooks({ beforeUp: undefined })).toEqual({
    beforeUp: null,
    afterUp: null,
    beforeDown: null,
    timeout: 600_000,
  });
});
