import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CheckReport } from '../../../../src/verify/run-checks.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { makeContainer, makeEngine, published } from '../support/containers.js';
import { pretendInterfaces } from '../support/interfaces.js';
import { listen, type Listening } from '../support/listen.js';
import { verifyFake, type Scenario } from '../support/run.js';

const PAGE = 'Active connections: 1 \nserver accepts handled requests\n 1 1 1 \n';
const cleanUps: (() => Promise<void>)[] = [];

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function judge(scenario: Scenario): Promise<CheckReport> {
  const { results } = await verifyFake(identity, { only: ['status.private'], ...scenario });
  if (!results[0]) throw new Error('the check is not registered');
  return results[0];
}

/** Answers at one path; as nginx does, only to GET. */
const serving =
  (path: string, body: string): RequestListener =>
  (request, response) =>
    request.url === path && request.method === 'GET' ? response.end(body) : response.writeHead(404).end();

async function keep(listening: Promise<Listening>): Promise<number> {
  const { port, close } = await listening;
  cleanUps.push(close);
  return port;
}

const startPlain = (path: string, body: string): Promise<number> => keep(listen(createServer(serving(path, body))));

const publishing = (name: string, port: number): Pick<Scenario, 'promise'> => ({
  promise: { deployment: { containers: [makeContainer(name, { ports: [published(port, 8081, '127.0.0.1')] })] } },
});

describe('status.private', () => {
  it('fails a status page on another port that is published', async () => {
    const port = await startPlain('/nginx_status', PAGE);
    const { verdict, expectations } = await judge(publishing('nginx', port));
    expect(verdict).toBe('fail');
    expect(expectations[0]?.found).toBe(`http://127.0.0.1:${port}/nginx_status: 200`);
  });

  it('finds it behind TLS too, whatever the certificate', async () => {
    const { server } = await makeIdentity({ hosts: ['elsewhere.test'] });
    const port = await keep(
      listen(createHttpsServer({ key: server.key, cert: server.certificate }, serving('/stub_status', PAGE))),
    );
    expect((await judge(publishing('nginx', port))).verdict).toBe('fail');
  });

  it("finds it at a path that only the gateway's configuration names", async () => {
    const port = await startPlain('/how-are-you', PAGE);
    expect((await judge(publishing('nginx', port))).verdict).toBe('pass');
    // In the network of the host it is the gateway, whatever it publishes.
    const nginx = makeContainer('nginx', { hostNetwork: true, ports: [published(port, port, '127.0.0.1')] });
    const { verdict, expectations } = await judge({
      promise: { deployment: { containers: [nginx] } },
      engine: makeEngine({ readText: async () => 'location /how-are-you { stub_status; }' }),
    });
    expect(verdict).toBe('fail');
    expect(expectations[0]?.found).toContain(`http://127.0.0.1:${port}/how-are-you: 200`);
  });

  it('does not mind metrics that are published on purpose', async () => {
    const port = await startPlain('/metrics', '# HELP nginx_up Status\nnginx_up 1\n');
    expect((await judge(publishing('exporter', port))).verdict).toBe('pass');
    expect((await judge(publishing('cadvisor', port))).verdict).toBe('pass');
  });

  it('does not mind a listener that is not published', async () => {
    const deployment = { containers: [makeContainer('nginx')] };
    expect((await judge({ promise: { deployment } })).verdict).toBe('pass');
  });

  it('asks through an address of this machine that is no bridge', async () => {
    pretendInterfaces({ docker0: '127.3.3.1', 'br-0123456789ab': '127.2.2.1', eth0: '127.1.1.1' });
    const { facts } = await judge({});
    vi.restoreAllMocks();
    expect(facts?.['asked through']).toBe('the declared address and 127.1.1.1');
  });

  it('leaves it to another check that nobody listens for plain HTTP', async () => {
    expect((await judge({ promise: { http: 'http://localhost:1' } })).verdict).toBe('pass');
  });
});
