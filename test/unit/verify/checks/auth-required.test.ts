import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../../src/verify/run-checks.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { makeContainer, makeEngine, published } from '../support/containers.js';
import type { Faults } from '../support/fake-gateway.js';
import { verifyFake, type Scenario } from '../support/run.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

type Open = NonNullable<Faults['open']>;

async function judge(open: Open, more: Scenario = {}): Promise<CheckReport> {
  const { results } = await verifyFake(identity, { gateway: { open }, only: ['auth.required'], ...more });
  if (!results[0]) throw new Error('the check is not registered');
  return results[0];
}

const forMethod =
  (method: string, status: number, body = ''): Open =>
  (request) =>
    request.method === method ? { status, body } : undefined;

describe('auth.required', () => {
  it.each([405, 403])('does not mind a gateway that lets nobody GET: %i', async (status) => {
    const { verdict, summary } = await judge(forMethod('GET', status, '<center>nginx</center>'));
    expect([verdict, summary]).toEqual([
      'pass',
      `8 of 16 requests got 401 with WWW-Authenticate; 8 GETs were refused before that: 8 × ${status}`,
    ]);
  });

  it('hears an API that refuses the method without a password', async () => {
    const { verdict, expectations } = await judge(forMethod('GET', 405, '{"detail":"Method Not Allowed"}'));
    expect(verdict).toBe('fail');
    expect(expectations[0]?.found).toMatch(/^GET: 405; GET with X-Experiment-Group: debug: 405$/);
  });

  it('finds one that cannot be heard by its log', async () => {
    const log: string[] = [];
    const open: Open = (request) => {
      if (request.method !== 'GET') return undefined;
      log.push(`"GET ${request.url} HTTP/1.1" 405`);
      return { status: 405 };
    };
    const [api, nginx] = [makeContainer('api'), makeContainer('nginx', { ports: [published(1, 443)] })];
    const loggedBy = (logging: string): Scenario => ({
      promise: { versions: null, deployment: { containers: [nginx, api] } },
      engine: makeEngine({ logsSince: async (id) => (id === logging ? log.join('\n') : '') }),
    });
    expect((await judge(open, loggedBy('nobody'))).verdict).toBe('pass');
    expect((await judge(open, loggedBy(api.id))).verdict).toBe('fail');
  });

  it.each([403, 405])(
    'does not take a POST that is refused so for one that is asked for a password: %i',
    async (status) => {
      expect((await judge(forMethod('POST', status))).verdict).toBe('fail');
    },
  );
});
