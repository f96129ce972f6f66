import { expect, test } from 'vitest';
import { findPlainHttp } from '../../../src/verify/find-plain-http.js';

const find = (statuses: (number | null)[]): Promise<string | null> =>
  findPlainHttp(
    statuses.map((_, index) => String(index)),
    async (origin) => ({ status: statuses[Number(origin)] ?? null }),
  );

test.each([
  { statuses: [null, 308], found: '1' },
  { statuses: [404, 301], found: '1' },
  { statuses: [302, 308], found: '0' },
  { statuses: [null, 400, 200], found: '1' },
  { statuses: [null, null], found: null },
  { statuses: [], found: null },
])('of $statuses it is $found', async ({ statuses, found }) => {
  expect(await find(statuses)).toBe(found);
});
