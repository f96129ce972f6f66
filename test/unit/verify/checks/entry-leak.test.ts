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

async function judge(scenario: Scenario): Promise<CheckReport> {
  const { results } = await verifyFake(identity, { only: ['entry.leak'], ...scenario });
  if (!results[0]) throw new Error('the check is not registered');
  return results[0];
}

type Open = NonNullable<Faults['open']>;
const pathOf: (request: Parameters<Open>[0]) => string = ({ url }) => url?.split('?')[0] ?? '';
const at =
  (path: string, answer: ReturnType<Open>): Open =>
  (request) =>
    pathOf(request) === path ? answer : undefined;
const everywhere =
  (answer: ReturnType<Open>): Open =>
  (request) =>
    pathOf(request) === '/predict' ? undefined : answer;

/** As FastAPI answers behind `location /`. */
const fastApi: Open = (request) => {
  const path = pathOf(request);
  if (path === '/predict') return undefined;
  if (path === '/docs') return { status: 200, body: '<title>API - Swagger UI</title><div id="swagger-ui">' };
  if (path === '/openapi.json') return { status: 200, body: '{"openapi":"3.1.0","info":{}}' };
  return { status: 404, body: '{"detail":"Not Found"}' };
};

describe('entry.leak', () => {
  const closed: [name: string, open: Open][] = [
    ['asks for a password everywhere', () => undefined],
    ['has no other path', everywhere({ status: 404, body: '<center>nginx</center>' })],
    ['has static files', at('/', { status: 200, body: '<h1>Sentiments</h1>' })],
    ['sends every path to one static page', everywhere({ status: 200, body: '<h1>Sentiments</h1>' })],
    ['says how it is', at('/health', { status: 200, body: '{"status":"ok"}' })],
  ];
  it.each(closed)('passes a gateway that %s', async (_name, open) => {
    expect((await judge({ gateway: { open } })).verdict).toBe('pass');
  });

  const leaky: [name: string, open: Open, paths: RegExp[]][] = [
    [
      'sends every path to the API',
      fastApi,
      [/^GET \/docs /, /^GET \/openapi/, /^GET \/ /, /^POST \/ /, /^GET \/\w{12} /],
    ],
    ['has docs of any kind', at('/docs', { status: 200, body: 'how to ask' }), [/^GET \/docs /]],
    ['describes its API', at('/openapi.json', { status: 200, body: '{}' }), [/^GET \/openapi/]],
    [
      'shows a page of the API at its root',
      (request) =>
        pathOf(request) !== '/'
          ? undefined
          : request.method === 'GET'
            ? { status: 200, body: '{"message":"welcome"}' }
            : { status: 405, body: '{"detail":"Method Not Allowed"}' },
      [/^POST \/ /],
    ],
  ];
  it.each(leaky)('warns of one that %s', async (_name, open, paths) => {
    const { verdict, expectations } = await judge({ gateway: { open } });
    const unmet = expectations.filter(({ ok }) => !ok).map(({ expected }) => expected);
    expect(verdict).toBe('warn');
    expect(unmet).toHaveLength(paths.length);
    for (const [index, path] of paths.entries()) expect(unmet[index]).toMatch(path);
  });

  it('believes the log of a container behind the gateway', async () => {
    const seen: string[] = [];
    const open: Open = (request) => {
      if (pathOf(request) === '/predict') return undefined;
      seen.push(`"${request.method} ${request.url} HTTP/1.1" 200`);
      return { status: 200, body: 'hello' };
    };
    const api = makeContainer('api');
    const gateway = makeContainer('nginx', { ports: [published(1, 443)] });
    const scenario = (logging: string): Scenario => ({
      gateway: { open },
      promise: { versions: null, deployment: { containers: [gateway, api] } },
      engine: makeEngine({ logsSince: async (id) => (id === logging ? seen.join('\n') : '') }),
    });
    expect((await judge(scenario('nobody'))).verdict).toBe('pass');
    const { verdict, summary } = await judge(scenario(api.id));
    expect(verdict).toBe('warn');
    expect(summary).toContain('5 of 5');
  });
});
