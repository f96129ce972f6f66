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

async function judge(open: NonNullable<Faults['open']>, more: Scenario = {}): Promise<CheckReport> {
  const { results } = await verifyFake(identity, { gateway: { open }, only: ['auth.paths'], ...more });
  if (!results[0]) throw new Error('the check is not registered');
  return results[0];
}

const legacy: NonNullable<Faults['open']> = ({ url }) => (url === '/legacy/predict' ? 'predict' : undefined);

/** A password for exactly one path; all others lead to a web frontend, which logs what it is asked. */
const besideFrontend =
  (log: string[]): NonNullable<Faults['open']> =>
  ({ url = '', method }) => {
    if (/^\/predict(?:\?|$)/.test(url)) return undefined;
    log.push(`${method} ${url} 404`);
    return { status: 404, headers: { 'X-Powered-By': 'Express' }, body: `<pre>Cannot ${method} ${url}</pre>` };
  };

const fastApi = (path: string) =>
  path === '/predict/'
    ? { status: 307, headers: { Location: '/predict' } }
    : { status: 404, body: '{"detail":"Not Found"}' };

describe('auth.paths', () => {
  it("knocks at the paths that the gateway's configuration names", async () => {
    const more: Scenario = {
      promise: { deployment: { containers: [makeContainer('nginx', { hostNetwork: true })] } },
      engine: makeEngine({
        readText: async (_id, path) => (path === '/etc/nginx' ? 'location /legacy/ { proxy_pass http://api/; }' : ''),
      }),
    };
    expect((await judge(legacy)).verdict).toBe('pass');
    const { verdict, expectations } = await judge(legacy, more);
    expect(verdict).toBe('fail');
    expect(expectations[0]?.found).toMatch(/\/legacy\/predict: 200$/);
  });

  it.each([
    { status: 200, body: 'ok' },
    { status: 405, body: '{"detail":"Method Not Allowed"}' },
  ])('lets a named path say what it wants, if it is no prediction: %o', async (answer) => {
    const { verdict } = await judge(({ url }) => (url === '/health' ? answer : undefined), {
      promise: { deployment: { containers: [makeContainer('nginx', { hostNetwork: true })] } },
      engine: makeEngine({ readText: async () => 'location = /health { proxy_pass http://api; }' }),
    });
    expect(verdict).toBe('pass');
  });

  it('fails a password for exactly one path of an API that is open otherwise', async () => {
    const { verdict, expectations } = await judge(({ url }) => (url === '/predict' ? undefined : fastApi(url ?? '')));
    expect(verdict).toBe('fail');
    expect(expectations[0]?.found).toMatch(/\/predict\/: 307$/);
  });

  it('warns of what only sounds like an API, where nobody can look behind', async () => {
    const { verdict, expectations } = await judge(besideFrontend([]));
    expect(verdict).toBe('warn');
    expect(expectations.find(({ ok }) => !ok)?.found).toMatch(/\/predict\/: 404$/);
  });

  it('tells a web frontend from an API by their logs', { timeout: 30_000 }, async () => {
    const nginx = makeContainer('nginx', { ports: [published(1, 443)] });
    const [api, frontend] = [makeContainer('api-v1-1'), makeContainer('frontend')];
    const log: string[] = [];
    const loggedBy = ({ id: logging }: { id: string }): Scenario => ({
      promise: { versions: null, replicas: 1, deployment: { containers: [nginx, api, frontend] } },
      engine: makeEngine({ logsSince: async (id) => (id === logging ? log.join('\n') : '') }),
      gateway: { open: besideFrontend(log), instanceId: 'api-v1-1' },
    });
    const judgeLogged = (one: { id: string }): Promise<CheckReport> => judge(besideFrontend(log), loggedBy(one));
    expect((await judgeLogged(frontend)).verdict).toBe('pass');
    expect((await judgeLogged({ id: 'nobody' })).verdict).toBe('warn');
    const { verdict, expectations } = await judgeLogged(api);
    expect(verdict).toBe('fail');
    expect(expectations[0]?.found).toMatch(/\/predict\/: 404$/);
  });

  it('says which locations were not asked', async () => {
    const paths = Array.from({ length: 12 }, (_, index) => `location /p${index} { return 404; }`);
    const { summary } = await judge(() => undefined, {
      promise: { deployment: { containers: [makeContainer('nginx', { hostNetwork: true })] } },
      engine: makeEngine({
        readText: async (_id, path) =>
          path === '/etc/nginx' ? [...paths, 'location ~ ^/v\\d/ { proxy_pass http://api; }'].join('\n') : '',
      }),
    });
    expect(summary).toMatch(/; not asked: \/p10, \/p11, location ~ \^\/v\\d\/$/);
  });

  it('leaves an open root to another check where the password is for the path and all below it', async () => {
    const { verdict } = await judge(({ url }) => (/^\/predict\b/.test(url ?? '') ? undefined : fastApi(url ?? '')));
    expect(verdict).toBe('pass');
  });

  it('does not take a page that every path has for a way in', async () => {
    const page = { status: 200, body: '<h1>Welcome</h1>' };
    expect((await judge(({ url }) => (url === '/predict' ? undefined : page))).verdict).toBe('pass');
  });

  it('does not take static files, which answer GET alone, for a way in', async () => {
    const { verdict } = await judge(({ url, method }) =>
      url === '/predict' ? undefined : method === 'GET' ? { status: 200, body: '<h1>Welcome</h1>' } : { status: 405 },
    );
    expect(verdict).toBe('pass');
  });

  it('fails where the Open Inference Protocol answers anybody', async () => {
    const { verdict } = await judge(({ url }) => (url === '/v2' ? { status: 200, body: '{"name":"x"}' } : undefined));
    expect(verdict).toBe('fail');
  });

  it('fails where the prediction itself is nothing but that page', async () => {
    const { verdict, expectations } = await judge(() => ({ status: 200, body: '{}' }));
    expect(verdict).toBe('fail');
    expect(expectations.filter(({ ok }) => !ok).map(({ found }) => found)).toEqual(['both 200, in the same words']);
  });

  it.each([401, 403, 404, 301, 307])('takes %i for closed', async (status) => {
    const { verdict } = await judge(({ url }) => (url === '/predict/' ? { status } : undefined));
    expect(verdict).toBe('pass');
  });
});
