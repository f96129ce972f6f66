import { beforeAll, expect, it } from 'vitest';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { verifyFake } from '../support/run.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

it.each([
  ['finds the API with probabilities among the servers of the default one', 4, 'fail'],
  ['is content with a default that has none', Number.POSITIVE_INFINITY, 'pass'],
])('%s', { timeout: 20_000 }, async (_name, every, verdict) => {
  let asked = 0;
  // The fake asks twice per request.
  const isExperiment = (value: string | undefined): boolean =>
    value === 'debug' || (value === undefined && (asked++ >> 1) % every === every - 1);
  const { results } = await verifyFake(identity, { gateway: { isExperiment }, only: ['ab.default'] });
  expect(results.map((result) => result.verdict)).toEqual([verdict]);
});
