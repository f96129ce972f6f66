import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OBJECTIVES } from '../../../../src/verify/check.js';
import { CHECKS } from '../../../../src/verify/checks/index.js';

const ROW = /^\| `(?<id>[\w.]+)` +\| (?<objective>[^|]*?) +\| (?<severity>\w+) +\|/gm;

const byId = (a: { id?: string }, b: { id?: string }): number => (a.id ?? '').localeCompare(b.id ?? '');

it('docs/checks.md describes every check, and no other', () => {
  const text = readFileSync(new URL('../../../../docs/checks.md', import.meta.url), 'utf8');
  const described = [...text.matchAll(ROW)].map(({ groups }) => ({ ...groups }));
  expect(described.toSorted(byId)).toEqual(
    CHECKS.map(({ id, objective, severity }) => ({ id, objective: OBJECTIVES[objective], severity })).toSorted(byId),
  );
});
