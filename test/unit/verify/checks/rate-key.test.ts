import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineProbe } from '../../../../src/verify/engine-probe.js';
import type { CheckReport } from '../../../../src/verify/run-checks.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { makeEngine } from '../support/containers.js';
import type { Limit } from '../support/fake-gateway.js';
import { verifyFake, type Scenario } from '../support/run.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

/** It shows no container, so the fake is a process of this machine: every loopback address is another client. */
const engine: EngineProbe = {
  logsSince: async () => '',
  receivedPackets: async () => 0,
  shown: makeEngine().shown,
};

/** A container publishes the port: it sees every client of this machine at the address of its bridge. */
const bridged = (configuration: string): EngineProbe => makeEngine({ readText: async () => configuration });

/** On a busy machine the check may rightly say that it could not tell; a wrong verdict is never asked for again. */
async function judge(scenario: Scenario): Promise<CheckReport> {
  for (let attempts = 1; ; attempts += 1) {
    const promise = { deployment: { unknown: 'no container publishes the port' } };
    const { results } = await verifyFake(identity, { engine, promise, only: ['rate.key'], ...scenario });
    const [result] = results;
    if (result && (result.verdict !== 'inconclusive' || attempts === 3)) return result;
  }
}

const unmet = ({ expectations }: CheckReport): string[] =>
  expectations.filter(({ ok }) => !ok).map(({ expected }) => expected.replace("one client's flood is limited ", ''));

type Key = NonNullable<Limit['key']>;
const addressOf: Key = ({ socket }) => String(socket.remoteAddress);
const forwarded: Key = ({ headers }) => String(headers['x-forwarded-for'] ?? '') || null;
const claimedBy =
  (place: number): Key =>
  (request) =>
    forwarded(request)?.split(', ').at(place) ?? addressOf(request);
const isDebug: (request: Parameters<Key>[0]) => boolean = ({ headers }) => headers['x-experiment-group'] === 'debug';

/** As a gateway does that has had too many wrong passwords from an address. */
const turnAwayGuesses = ({
  headers,
}: Parameters<Key>[0]): { status: number; headers: Record<string, string> } | undefined =>
  Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64')
    .toString()
    .startsWith('nobody-')
    ? { status: 429, headers: { 'Retry-After': '60' } }
    : undefined;

const LIMIT = { rate: 10, burst: 5 };
const FIRST_FORWARDED = 'whatever comes first in X-Forwarded-For';
const CLAIMED = 'whatever address X-Forwarded-For and X-Real-IP claim';

// Six seconds of floods each, so all of them run at once.
describe('rate.key', { timeout: 120_000 }, () => {
  const right: [name: string, limit: Limit][] = [
    ['a bucket per address', LIMIT],
    ['a burst of 0', { ...LIMIT, burst: 0 }],
    ['a burst of 20, delayed', { ...LIMIT, burst: 20, delay: true }],
    ['a bucket of its own for the experiment', { ...LIMIT, burst: 20, key: (r) => `${addressOf(r)} ${isDebug(r)}` }],
  ];
  it.concurrent.each(right)('passes %s', async (_name, limit) => {
    const result = await judge({ gateway: { limit } });
    expect([result.verdict, unmet(result)]).toEqual(['pass', []]);
    expect(result.facts?.['a second client']).toMatch(/^127\.0\.0\.2: 0 of [345] rejected$/);
  });

  const wrong: [name: string, key: Key, verdict: string, unmet: string[]][] = [
    ['X-Forwarded-For', forwarded, 'fail', [FIRST_FORWARDED, CLAIMED]],
    ['the first address forwarded', claimedBy(0), 'fail', [FIRST_FORWARDED, CLAIMED]],
    ['the address of a trusted proxy', claimedBy(-1), 'warn', [CLAIMED]],
    ['the URI', ({ url }) => url ?? '', 'fail', ['whatever its query', 'a second client is served meanwhile']],
    [
      'the user',
      ({ headers }) => headers.authorization ?? null,
      'fail',
      ['whatever its user', 'a second client is served meanwhile'],
    ],
    ['the session', ({ headers }) => headers.cookie ?? null, 'fail', ['whatever its User-Agent, Cookie and Referer']],
    ['nothing, so all clients', () => 'everybody', 'fail', ['a second client is served meanwhile']],
    [
      'the address, but not for the experiment',
      (request) => (isDebug(request) ? null : addressOf(request)),
      'fail',
      ['with X-Experiment-Group: debug'],
    ],
  ];
  it.concurrent.each(wrong)('does not let pass a limit that counts by %s', async (_name, key, verdict, expected) => {
    const result = await judge({ gateway: { limit: { ...LIMIT, key } } });
    expect(result.verdict).toBe(verdict);
    expect(unmet(result)[0]).toBe(expected[0]);
    // A busy machine may leave open how a second client fared.
    expect(expected).toEqual(expect.arrayContaining(unmet(result)));
  });

  it.concurrent('is not taken in by a limit of wrong passwords, which comes after', async () => {
    const limit = { ...LIMIT, key: ({ headers }: Parameters<Key>[0]) => headers.authorization ?? null };
    const result = await judge({ gateway: { limit, open: turnAwayGuesses } });
    expect([result.verdict, unmet(result)[0]]).toEqual(['fail', 'whatever its user']);
  });

  it.concurrent('passes a bucket per address beside such a limit', async () => {
    const result = await judge({ gateway: { limit: LIMIT, open: turnAwayGuesses } });
    expect([result.verdict, unmet(result)]).toEqual(['pass', []]);
  });

  it.concurrent('fails where nothing is limited', async () => {
    const result = await judge({});
    expect(result.verdict).toBe('fail');
    expect(unmet(result)).toContain('as it is');
  });

  const everybody: Scenario = { gateway: { limit: { ...LIMIT, key: () => 'everybody' } } };
  it.concurrent('does not blame, and does not acquit, where nobody can be a second client', async () => {
    const { verdict, summary } = await judge({ ...everybody, engine: bridged(''), promise: {} });
    expect(verdict).toBe('inconclusive');
    expect(summary).toContain('whether a second client is served meanwhile could not be seen');
  });

  // The fake counts by nothing at all: what is shown is that the configuration is believed only here.
  it.concurrent.each([
    ['pass', 'limit_req_zone $binary_remote_addr zone=a:1m rate=10r/s;'],
    ['inconclusive', 'limit_req_zone $http_x_user zone=a:1m rate=10r/s;'],
  ])('asks the configuration then, to %s', async (verdict, configuration) => {
    expect((await judge({ ...everybody, engine: bridged(configuration), promise: {} })).verdict).toBe(verdict);
  });
});
