import { describe, expect, it } from 'vitest';
import { CASES } from '../../sabotage/cases/index.js';
import type { SabotageCase } from '../../sabotage/support/sabotage-case.js';
import { selectCases } from '../../sabotage/support/select-cases.js';

const make = (id: string, more: Partial<SabotageCase> = {}): SabotageCase => ({
  id,
  kind: 'variant',
  what: 'something',
  change: (stack) => stack,
  expect: {},
  ...more,
});
const cases = [make('auth-none', { fast: true }), make('auth-map'), make('rate-none', { timed: true })];

const idsFor = (environment: NodeJS.ProcessEnv): string[] => selectCases(cases, environment).runs.map(({ id }) => id);

describe('which cases the environment selects', () => {
  it('all of them, the fast ones, or by name', () => {
    expect(idsFor({})).toEqual(['auth-none', 'auth-map', 'rate-none']);
    expect(idsFor({ SABOTAGE_CASES: 'fast' })).toEqual(['auth-none']);
    expect(idsFor({ SABOTAGE_CASES: 'rate,auth-m' })).toEqual(['auth-map', 'rate-none']);
  });

  it('those that rest on timing, again and again', () => {
    expect(idsFor({ SABOTAGE_REPEAT: '3' })).toEqual(['rate-none', 'rate-none', 'rate-none']);
  });

  it('with so many busy processes', () => {
    expect(selectCases(cases, {}).load).toBe(0);
    expect(selectCases(cases, { SABOTAGE_LOAD: '8' }).load).toBe(8);
  });

  it('says so when there is nothing to run', () => {
    expect(() => idsFor({ SABOTAGE_CASES: 'tls' })).toThrow('SABOTAGE_CASES=tls: there is no such case');
    expect(() => idsFor({ SABOTAGE_LOAD: 'much' })).toThrow('SABOTAGE_LOAD=much: expected a whole number');
  });
});

const expectsFailure = ({ expect: verdicts }: SabotageCase): boolean =>
  Object.values(verdicts).some((verdict) => [verdict].flat().includes('fail'));

it('every case has a name of its own', () => {
  const ids = CASES.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

it('no sabotage expects only what a right stack would get, and no variant expects a failure', () => {
  expect(CASES.filter((one) => expectsFailure(one) !== (one.kind === 'sabotage')).map(({ id }) => id)).toEqual([]);
});
