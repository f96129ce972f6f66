import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../../src/verify/check.js';
import { abDebug } from '../../../../src/verify/checks/ab-debug.js';
import { openTarget, type TargetSpec } from '../../../../src/verify/target.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { makeContainer, makeEngine, published } from '../support/containers.js';
import { startGateway, type Faults } from '../support/fake-gateway.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

const NAMES = ['replica-1', 'replica-2', 'replica-3', 'replica-of-v2'];

/** Of a stack whose answers name no replica, but whose containers log what they are asked. */
async function judge(faults: Faults, areLogsKept = true, promise: Partial<TargetSpec> = {}): Promise<CheckResult> {
  const gateway = await startGateway(identity, { noInstanceIds: true, ...faults });
  const nginx = makeContainer('nginx', { ports: [published(Number(new URL(gateway.spec.https).port), 443)] });
  const apis = NAMES.map((name) => makeContainer(name));
  const logsSince = async (id: string): Promise<string> =>
    areLogsKept ? gateway.logOf(apis.find((api) => api.id === id)?.name ?? '') : '';
  const target = openTarget(
    { ...gateway.spec, versions: null, deployment: { containers: [nginx, ...apis] }, ...promise },
    { pace: 1, engine: makeEngine({ logsSince }) },
  );
  try {
    return await abDebug.run(target);
  } finally {
    await Promise.all([target.close(), gateway.close()]);
  }
}

describe('ab.debug, where answers do not name their replica', { timeout: 20_000 }, () => {
  it('sees in the logs that a container of its own answers', async () => {
    const { verdict, facts } = await judge({});
    expect(verdict).toBe('pass');
    expect(facts).toEqual({ 'served by': 'replica-of-v2' });
  });

  it('sees in the logs that the default API plays the other as well', async () => {
    const { verdict, expectations } = await judge({ sharedContainer: true });
    expect(verdict).toBe('fail');
    expect(expectations.filter(({ ok }) => !ok).map(({ expected }) => expected)).toEqual([
      'a container that does not serve the default route',
    ]);
  });

  it('goes by the answer alone where nothing is logged', async () => {
    const { verdict, facts } = await judge({ sharedContainer: true }, false);
    expect(verdict).toBe('pass');
    expect(facts).toBeUndefined();
  });
});

it('lets probabilities be rounded, however many there are', { timeout: 20_000 }, async () => {
  const others = Array.from({ length: 11 }, (_, index) => [`label-${index}`, 0.05]);
  const rounded = { love: 0.3, sadness: 0.2, ...(Object.fromEntries(others) as Record<string, number>) };
  expect((await judge({ probabilities: rounded }, true, { labels: [] })).verdict).toBe('pass');
  const { love: _, ...missing } = { ...rounded, sadness: 0.31 };
  expect((await judge({ probabilities: missing }, true, { labels: [] })).verdict).toBe('fail');
});

it('finds an API without probabilities among those that it is sent to', { timeout: 20_000 }, async () => {
  let asked = 0;
  // The fake asks twice per request.
  const isExperiment = (value: string | undefined): boolean => value === 'debug' && (asked++ >> 1) % 2 === 0;
  expect((await judge({ isExperiment })).verdict).toBe('fail');
});
