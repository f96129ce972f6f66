import { expect, test } from 'vitest';
import { createAdmission } from '../../../src/server/admission.js';

test('lets in up to its limit, and again when somebody leaves', () => {
  const { enter, leave, pending } = createAdmission(3);
  expect([enter(2), enter(2), enter(1), enter(1)]).toEqual([true, false, true, false]);
  expect(pending()).toBe(3);
  leave(2);
  expect([enter(2), pending()]).toEqual([true, 3]);
});

test('one that is larger than the limit gets in alone only', () => {
  const { enter, leave } = createAdmission(3);
  expect([enter(5), enter(1)]).toEqual([true, false]);
  leave(5);
  expect([enter(1), enter(5)]).toEqual([true, false]);
});
