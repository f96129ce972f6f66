import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/verify/check.js';
import { CHECKS } from '../../../src/verify/checks/index.js';
import { promisedBy, selectChecks, type Selection } from '../../../src/verify/select-checks.js';
import type { TargetSpec } from '../../../src/verify/target.js';
import { makeSpec } from './support/spec.js';

const select = (selection: Selection): string[] => selectChecks(CHECKS, selection).map(({ id }) => id);

describe('selectChecks', () => {
  it('takes all without flags', () => {
    expect(select({})).toHaveLength(CHECKS.length);
  });

  it('takes ids and their first parts, in the order of the checks', () => {
    expect(select({ only: 'rate, tls.trust' })).toEqual(['tls.trust', 'rate.limit', 'rate.key', 'rate.recovery']);
  });

  it('leaves out what is skipped', () => {
    expect(select({ skip: 'rate' })).toHaveLength(CHECKS.length - 3);
    expect(select({ only: 'ab', skip: 'ab.only' })).toEqual(['ab.default', 'ab.debug', 'ab.weight']);
  });

  it.each([{ only: 'rat' }, { skip: 'nope' }, { only: '' }, { only: 'rate', skip: 'rate' }])(
    'refuses %o',
    (selection) => {
      expect(() => select(selection)).toThrow(expect.objectContaining({ exitCode: 2 }));
    },
  );

  it('names the stranger and what there is', () => {
    expect(() => select({ only: 'rate,nope' })).toThrow(
      expect.objectContaining({
        message: '--only rate,nope: there is no check nope',
        hint: expect.stringContaining('auth.ok'),
      }),
    );
  });
});

const split = { shares: { v1: 90, v2: 10 }, default: 'v1', token: null };
const idsFor = (promises: Partial<TargetSpec>, checks = selectChecks(CHECKS, {})): string[] =>
  promisedBy(makeSpec(promises), checks).map(({ id }) => id);
const ids = (isOwn: boolean, checks?: Check[]): string[] => idsFor({ isOwn }, checks);

describe('promisedBy', () => {
  it('asks of others everything but what only our own stacks promise', () => {
    expect(idsFor({ isOwn: true, split })).toHaveLength(CHECKS.length);
    const left = ids(true).filter((id) => !ids(false).includes(id));
    expect(left.toSorted()).toEqual([
      'hygiene.filesystem',
      'hygiene.isolation',
      'hygiene.limits',
      'hygiene.network',
      'hygiene.ports',
      'hygiene.privileges',
      'hygiene.secrets',
      'metrics.replicas',
    ]);
    expect(ids(true)).toEqual(expect.arrayContaining(ids(false)));
  });

  it('asks for shares where there are weights', () => {
    expect(ids(true)).toEqual(idsFor({ isOwn: true, split }).filter((id) => id !== 'ab.weight'));
    expect(ids(true, selectChecks(CHECKS, { only: 'ab.weight' }))).toEqual(['ab.weight']);
  });

  it('asks it all the same when nothing else is asked', () => {
    expect(ids(false, selectChecks(CHECKS, { only: 'metrics.replicas' }))).toEqual(['metrics.replicas']);
  });
});
