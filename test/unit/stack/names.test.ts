import { expect, test } from 'vitest';
import { builtRepository, isBuiltReference } from '../../../src/stack/names.js';

test.each(['shop', 'a_', 'a__b', 'a-_-'])(
  'the images of %s are its own, and nobody else’s names for them',
  (project) => {
    const own = `${builtRepository(project, 'v1')}:0123456789ab`;
    expect(isBuiltReference(project, own)).toBe(true);
    for (const other of [
      'reg.example/team/mine:1.0',
      'derived:1',
      '<none>:<none>',
      `${own}cd`,
      own.replace(/:.*/, ':1'),
    ]) {
      expect(isBuiltReference(project, other)).toBe(false);
    }
  },
);
