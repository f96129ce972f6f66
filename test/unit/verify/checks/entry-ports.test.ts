import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer, type Socket } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../../src/verify/check.js';
import { entryPorts } from '../../../../src/verify/checks/entry-ports.js';
import type { DeployedContainer } from '../../../../src/verify/deployment.js';
import { basicToken } from '../../../../src/verify/masking.js';
import { openTarget, type TargetSpec } from '../../../../src/verify/target.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { makeContainer, makeEngine, published } from '../support/containers.js';
import { startGateway, type Faults } from '../support/fake-gateway.js';
import { listen } from '../support/listen.js';

let identity: Identity;
let stranger: Identity;
beforeAll(async () => {
  [identity, stranger] = await Promise.all([makeIdentity(), makeIdentity()]);
});

const PREDICTION = '{"prediction value":"love"}';

interface Scenario {
  gateway?: Faults;
  /** What listens on one more port, and how. */
  behind?: RequestListener;
  tls?: boolean;
  /** What it says to the first bytes, where it speaks no HTTP. */
  raw?: (data: Buffer, socket: Socket) => void;
  /** Address that it listens on. */
  bind?: string;
  /** The container that has this port; by default it publishes it on every address. */
  container?: (port: number) => DeployedContainer;
  /** It is the gateway that has this port: published on loopback, or listened on in the host's network. */
  ofGateway?: 'published' | 'on host';
  promise?: Partial<TargetSpec>;
}

const publishing = (port: number): DeployedContainer => makeContainer('api', { ports: [published(port, 8000)] });

const onLoopback = (port: number): DeployedContainer =>
  makeContainer('api', { ports: [published(port, 8000, '127.0.0.1')] });

const onHost = (port: number): DeployedContainer =>
  makeContainer('api', { hostNetwork: true, ports: [published(port, port)] });

async function judge(scenario: Scenario): Promise<CheckResult> {
  const { gateway: faults, behind, tls, raw, bind, container = publishing, ofGateway, promise } = scenario;
  const gateway = await startGateway(identity, faults);
  const listener = behind ?? ((_request, response) => response.writeHead(404).end());
  const { server: keys } = stranger;
  const server = tls
    ? createHttpsServer({ key: keys.key, cert: keys.certificate }, listener)
    : createHttpServer(listener);
  const other = await listen(raw ? speaking(raw) : server, 0, bind);
  const [https, http] = [portIn(gateway.spec.https), portIn(gateway.spec.http)];
  const bridged = [
    published(https, 443, '127.0.0.1'),
    published(http, 80, '127.0.0.1'),
    ...(ofGateway === 'published' ? [published(other.port, 8080, '127.0.0.1')] : []),
  ];
  const nginx = makeContainer(
    'nginx',
    ofGateway === 'on host' ? { hostNetwork: true, ports: [published(https, https)] } : { ports: bridged },
  );
  const engine = makeEngine({ readText: async () => `listen ${other.port};` });
  const deployment = { containers: ofGateway ? [nginx] : [nginx, ...withReplicas(container(other.port))] };
  const target = openTarget({ ...gateway.spec, deployment, ...promise }, { pace: 1, engine });
  try {
    return await entryPorts.run(target);
  } finally {
    await Promise.all([target.close(), gateway.close(), other.close()]);
  }
}

/** As the fake names those that serve predictions. */
const withReplicas = (other: DeployedContainer): DeployedContainer[] => [
  other,
  ...['replica-1', 'replica-2', 'replica-3'].filter((name) => name !== other.name).map((name) => makeContainer(name)),
];

/** Its sockets end with the one who asks. */
const speaking = (raw: NonNullable<Scenario['raw']>) =>
  createNetServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (data) => raw(data, socket));
  });

const portIn = (origin: string): number => Number(new URL(origin).port);

const predicting: RequestListener = ({ url, method }, response) => {
  if (url !== '/predict' || method !== 'POST') return response.writeHead(404).end();
  return response.end(PREDICTION);
};

const guarded: RequestListener = (request, response) =>
  request.headers.authorization === `Basic ${basicToken('ana', 'correct-horse-battery')}`
    ? predicting(request, response)
    : response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end();

describe('entry.ports', () => {
  it('passes where other ports have something else to say', async () => {
    const { verdict, facts } = await judge({});
    expect(verdict).toBe('pass');
    expect(facts?.['asked']).toMatch(/^nginx \d+, api \d+$/);
  });

  it.each<[string, Scenario]>([
    ['an API that is published', { behind: predicting }],
    ['one that asks for the password', { behind: guarded }],
    ['one with a certificate of its own', { behind: predicting, tls: true }],
    ['one whose path is another', { behind: predicting, promise: { predictPath: '/api/predict' } }],
    [
      'one that describes itself',
      { behind: ({ url }, response) => response.end(url === '/openapi.json' ? '{"openapi":"3.1.0"}' : '{}') },
    ],
    ["one in the host's network", { behind: predicting, bind: '0.0.0.0', container: onHost }],
    ['a second listener of the gateway, though on loopback', { behind: guarded, ofGateway: 'published' }],
    ["one of a gateway in the host's network", { behind: guarded, ofGateway: 'on host' }],
    ['the plain port of the gateway', { gateway: { staticFake: PREDICTION } }],
  ])('catches %s', async (_name, scenario) => {
    const { verdict, exchanges } = await judge(scenario);
    expect(verdict).toBe('fail');
    expect(exchanges[0]?.response).toMatchObject({ status: 200 });
    expect(JSON.stringify(exchanges)).not.toContain('correct-horse-battery');
  });

  it.each<[string, RequestListener, string]>([
    ['whose path nobody would guess', (_, response) => response.writeHead(404).end('{"detail":"Not Found"}'), 'api'],
    ['that serves predictions, whatever it says', (_, response) => response.writeHead(404).end(), 'replica-1'],
  ])('catches an API %s', async (_name, behind, name) => {
    const container = (port: number) => makeContainer(name, { ports: [published(port, 8000)] });
    const { verdict, expectations } = await judge({ behind, container });
    expect(verdict).toBe('fail');
    expect(expectations[0]?.found).toMatch(new RegExp(`^${name} at http://.*/predict: 404, and `));
  });

  it('does not take a port that swallows packets for closed', { timeout: 20_000 }, async () => {
    const { verdict, summary, retry } = await judge({ raw: () => {} });
    expect([verdict, retry]).toEqual(['inconclusive', true]);
    expect(summary).toMatch(/^api \d+: published, but nothing came back/);
  });

  it.each<[string, Scenario]>([
    [
      'a web frontend',
      {
        behind: ({ url, method }, response) => {
          response.setHeader('X-Powered-By', 'Express');
          if (method === 'GET' && url === '/') response.setHeader('Content-Type', 'text/html').end('<h1>Hello</h1>');
          else response.writeHead(404).end(`Cannot ${method} ${url}`);
        },
        container: (port) => makeContainer('frontend', { ports: [published(port, 3000)] }),
      },
    ],
    [
      'a database that waits for the rest of a handshake',
      { raw: (data, socket) => void (data[0] !== 22 && socket.destroy()) },
    ],
    [
      'a database that answers in words of its own',
      { raw: (_data, socket) => void socket.end('-ERR unknown command\r\n') },
    ],
    ['metrics', { behind: (_request, response) => response.end('# HELP up Whether\nup 1\n') }],
  ])('does not mind %s', { timeout: 20_000 }, async (_name, scenario) => {
    const { verdict, expectations } = await judge({ ...scenario });
    expect([verdict, expectations.filter(({ ok }) => !ok)]).toEqual(['pass', []]);
  });

  it('does not mind an API that only this machine reaches', async () => {
    const { verdict, facts } = await judge({ behind: predicting, container: onLoopback });
    expect(verdict).toBe('pass');
    expect(facts?.['reached from this machine only']).toMatch(/^api 127\.0\.0\.1:\d+$/);
  });

  it("does not mind one in the host's network that only this machine reaches", async () => {
    expect((await judge({ behind: predicting, container: onHost })).verdict).toBe('pass');
  });

  it('sends nobody a password who does not ask for one', async () => {
    const given: (string | undefined)[] = [];
    await judge({
      behind: ({ headers }, response) => {
        given.push(headers.authorization);
        response.writeHead(404).end();
      },
    });
    expect(given.length).toBeGreaterThan(0);
    expect(given.filter((value) => value !== undefined)).toEqual([]);
  });

  it("cannot tell where a container in the host's network names no port", async () => {
    const container = makeContainer('api', { hostNetwork: true });
    const { verdict, summary } = await judge({ container: () => container });
    expect(verdict).toBe('inconclusive');
    expect(summary).toMatch(/^api: in the host's network/);
  });

  it('tells nothing without an entrance that works, and nothing without an engine', async () => {
    expect((await judge({ gateway: { api: 'down' } })).verdict).toBe('inconclusive');
    const { verdict, summary } = await judge({ promise: { deployment: { unknown: 'no Docker Engine answers' } } });
    expect([verdict, summary]).toEqual(['skip', 'published ports are not known: no Docker Engine answers']);
  });
});
