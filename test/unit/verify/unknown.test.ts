import { beforeAll, describe, expect, it } from 'vitest';
import type { TargetSpec } from '../../../src/verify/target.js';
import { makeIdentity, type Identity } from './support/certificates.js';
import type { Faults } from './support/fake-gateway.js';
import { verifyFake } from './support/run.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

/** What a check says of a gateway of which some things are not known. */
async function ask(id: string, promise: Partial<TargetSpec>, gateway: Faults = {}) {
  const { results } = await verifyFake(identity, { promise, gateway, only: [id] });
  const { verdict, summary, expectations } = results[0] ?? { verdict: null, summary: '', expectations: [] };
  return { verdict, summary, unmet: expectations.filter(({ ok }) => !ok).map(({ expected }) => expected) };
}

describe('what is not known is not passed', () => {
  it('plain HTTP that could not be found', async () => {
    expect(await ask('http.redirect', { omitted: { http: 'no --http was given' } })).toEqual({
      verdict: 'inconclusive',
      summary: 'no --http was given',
      unmet: [],
    });
  });

  it('metrics of replicas that nobody promised', async () => {
    const { verdict, summary } = await ask('metrics.replicas', { arms: {}, instances: null });
    expect({ verdict, summary }).toEqual({
      verdict: 'skip',
      summary: 'only stacks that fortress made promise metrics of their replicas',
    });
  });

  it('labels: then a table of one is none, and two labels are enough', async () => {
    const one = await ask('ab.debug', { labels: [] }, { probabilities: { love: 1 } });
    expect(one).toMatchObject({ verdict: 'fail', unmet: ['several labels'] });
    expect(await ask('ab.debug', { labels: [] })).toMatchObject({ verdict: 'pass' });
  });

  it('the labels are named as known only where they are', async () => {
    const { unmet } = await ask('proxy.predict', { labels: [] }, { api: 'down' });
    expect(unmet).toContain('every prediction is 200 with a label');
  });
});
