import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineProbe } from '../../../../src/verify/engine-probe.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { makeEngine } from '../support/containers.js';
import { PROBE_TOKEN, type Faults } from '../support/fake-gateway.js';
import { verifyFake, withVerdict, type Scenario } from '../support/run.js';
import { splitClients } from '../support/split-clients.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

type Split = NonNullable<Faults['split']>;

const tenPercent = splitClients([[10, 'v2']], 'v1');
const promise = (percent: number, token: string | null = PROBE_TOKEN): Scenario['promise'] => ({
  isOwn: true,
  split: { shares: { v1: 100 - percent, v2: percent }, default: 'v1', token },
});

/** The log of the fake's gateway, and an engine that shows it. */
function logging(seen: string): { open: NonNullable<Faults['open']>; engine: EngineProbe } {
  const log: string[] = [];
  return {
    open: ({ url }) => void log.push(`{"client":"${seen}","uri":"${url}"}`),
    engine: makeEngine({ logsSince: async (id) => (id.startsWith('nginx-') ? log.join('\n') : '') }),
  };
}

async function weigh(split: Split, { gateway, ...scenario }: Scenario = {}, seen = '172.18.0.1') {
  const { open, engine } = logging(seen);
  const { results } = await verifyFake(identity, {
    gateway: { split: (client) => split(client.includes('127.0.0.1') ? seen : client), open, ...gateway },
    promise: promise(10),
    only: ['ab.weight'],
    engine,
    ...scenario,
  });
  const [result] = results;
  if (!result) throw new Error('ab.weight did not run');
  return result;
}

const unmet = ({ expectations }: Awaited<ReturnType<typeof weigh>>): string[] =>
  expectations.filter(({ ok }) => !ok).map(({ expected, found }) => `${expected}: ${found}`);

describe('ab.weight', { timeout: 60_000 }, () => {
  it('passes where the share is right and every client keeps its API', async () => {
    const result = await weigh(tenPercent);
    expect(result.verdict).toBe('pass');
    expect(result.summary).toMatch(/^400 clients: 3[4-7]\d at v1, [3-5]\d at v2; 0 changed/);
  });

  it('asks more clients where the share is small enough to be missed', async () => {
    const result = await weigh(splitClients([[1, 'v2']], 'v1'), { promise: promise(1) });
    expect(result).toMatchObject({ verdict: 'pass', summary: expect.stringMatching(/^757 clients/) as unknown });
  });

  it.each<[string, Split, RegExp]>([
    ['nobody is led there', () => 'v1', /^v2: 10 % of 400 clients.*: 0 /],
    ['everybody is', () => 'v2', /^v1: 90 % of 400 clients.*: 0 /],
    ['half of them are', splitClients([[50, 'v2']], 'v1'), /^v2: 10 % of 400/],
    ['a fifth of them is', splitClients([[20, 'v2']], 'v1'), /^v2: 10 % of 400/],
    ['each request is drawn anew', () => (Math.random() < 0.1 ? 'v2' : 'v1'), /^every client gets the same API twice/],
  ])('fails where %s', async (_, split, message) => {
    const result = await weigh(split);
    expect(result.verdict).toBe('fail');
    expect(unmet(result)).toContainEqual(expect.stringMatching(message));
  });

  it('fails where this machine gets now one API, now another', async () => {
    let turn = 0;
    const split: Split = (client) =>
      client.includes('127.0.0.1') && (turn += 1) % 3 === 0 ? 'v2' : tenPercent(client);
    const result = await weigh(tenPercent, { gateway: { split } });
    expect(result.verdict).toBe('fail');
    expect(unmet(result)).toContainEqual(expect.stringMatching(/^this machine gets one API 8 times: v/));
  });

  it('fails where this machine does not get what a client of its address gets', async () => {
    const split: Split = (client) => (client.includes('127.0.0.1') ? 'v2' : tenPercent(client));
    const result = await weigh(tenPercent, { gateway: { split } }, '60.110.243.98');
    expect(result).toMatchObject({ verdict: 'fail', facts: { 'this machine is seen as': '60.110.243.98' } });
    expect(unmet(result)).toEqual(['a client named 60.110.243.98 gets the same: v1']);
  });

  it('does not pass where no log tells which address this machine has', async () => {
    const result = await weigh(tenPercent, { engine: makeEngine() });
    expect(result).toMatchObject({
      verdict: 'inconclusive',
      summary: expect.stringMatching(/^400 clients.*could not be told$/) as unknown,
    });
  });

  it('cannot tell without a token, or where the gateway takes no more', async () => {
    expect(await weigh(tenPercent, { promise: promise(10, null) })).toMatchObject({ verdict: 'inconclusive' });
    const limited = await weigh(tenPercent, { gateway: { limit: { rate: 10, burst: 20 } } });
    expect(limited).toMatchObject({ verdict: 'inconclusive' });
  });

  it('fails where an API does not answer', async () => {
    expect(await weigh(tenPercent, { gateway: { api: 'down' } })).toMatchObject({ verdict: 'fail' });
  });

  it('does not show the token', async () => {
    expect(JSON.stringify(await weigh(tenPercent))).not.toContain(PROBE_TOKEN);
  });

  it('is skipped without weights', async () => {
    expect(await weigh(tenPercent, { promise: { isOwn: true } })).toMatchObject({ verdict: 'skip' });
  });
});

const away: Split = (client) => (client.includes('127.0.0.1') ? 'v2' : tenPercent(client));

describe('the other checks, where a weight leads this machine away from the default', { timeout: 60_000 }, () => {
  it('ask as a client that it leaves there', async () => {
    const report = await verifyFake(identity, { gateway: { split: away }, promise: promise(10) });
    expect(withVerdict(report, 'fail')).toEqual([]);
    expect(withVerdict(report, 'inconclusive')).toEqual(['ab.weight']);
    expect(withVerdict(report, 'pass')).toEqual(
      expect.arrayContaining(['proxy.predict', 'lb.replicas', 'lb.spread', 'ab.default', 'ab.debug', 'ab.only']),
    );
  });

  it('still find that nobody gets the default', async () => {
    const report = await verifyFake(identity, {
      gateway: { split: () => 'v2' },
      promise: promise(10),
      only: ['ab.default', 'ab.only', 'ab.weight'],
    });
    expect(withVerdict(report, 'fail')).toEqual(['ab.default', 'ab.only', 'ab.weight']);
  });
});
