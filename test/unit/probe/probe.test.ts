import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import type { FortressConfig } from '../../../src/config/types.js';
import { prepareCredentials, type Credentials } from '../../../src/credentials/prepare.js';
import { emptyStore } from '../../../src/credentials/store.js';
import type { EngineAddress } from '../../../src/engine/docker/address.js';
import { startProbe, type ProbeReport } from '../../../src/probe/probe.js';
import { probeToken } from '../../../src/probe/token.js';

interface Answer {
  status?: number;
  instance?: string;
  /** Milliseconds. */
  after?: number;
  /** Closes the connection instead of answering. */
  cut?: boolean;
}
type Behaviour = (request: IncomingMessage, index: number) => Answer;

interface Gateway {
  config: ResolvedConfig;
  credentials: Credentials;
  asked: { headers: IncomingMessage['headers']; connection: unknown; at: number }[];
  listen(): Promise<void>;
}

const LOCAL: EngineAddress = { url: 'unix:///var/run/docker.sock', origin: 'a test' };

async function gateway(behave: Behaviour, input: FortressConfig = {}): Promise<Gateway> {
  const draft = resolveConfig(
    { ...input, gateway: { bind: '127.0.0.1', users: [{ name: 'ann', password: 'her own' }], ...input.gateway } },
    '/srv/shop',
  );
  const credentials = await prepareCredentials(draft, emptyStore(), new Date());
  const asked: Gateway['asked'] = [];
  const server = createServer({ cert: credentials.certificate, key: credentials.key }, (request, response) => {
    const { status = 200, instance, after = 0, cut } = behave(request, asked.length);
    asked.push({ headers: request.headers, connection: request.socket, at: performance.now() });
    if (cut) return void request.socket.destroy();
    setTimeout(() => {
      response.writeHead(status, instance === undefined ? {} : { 'x-instance-id': instance });
      response.end(status === 200 ? '{"prediction value":"love"}' : '{"error":"Gateway"}');
    }, after);
  });
  const listen = (port = 0): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  // Its port is known, and free again, before it listens for good.
  await listen();
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const config = { ...draft, gateway: { ...draft.gateway, httpsPort: port } };
  return { config, credentials, asked, listen: () => listen(port) };
}

async function probeFor(milliseconds: number, { config, credentials, listen }: Gateway): Promise<ProbeReport> {
  await listen();
  const probe = startProbe(config, credentials, LOCAL);
  await sleep(milliseconds);
  return probe.stop();
}

test('sends real predictions of the first user, with the secret that exempts them', async () => {
  const fake = await gateway(() => ({ instance: 'api-v1-1' }));
  const report = await probeFor(500, fake);
  expect(report).toMatchObject({ failed: 0, failures: [], unjudged: 0, versions: { 'api-v1-1': report.sent } });
  expect(report.sent).toBe(fake.asked.length);
  expect(report.seconds).toBeGreaterThan(0.45);
  expect(report.p50).toBeGreaterThan(0);
  expect(report.p99).toBeGreaterThanOrEqual(report.p50 ?? Infinity);
  for (const { headers } of fake.asked) {
    expect(headers.authorization).toBe(`Basic ${Buffer.from('ann:her own').toString('base64')}`);
    expect(headers['x-fortress-probe']).toBe(probeToken(fake.credentials.hashKey));
  }
});

test('on four connections that are kept and as many new ones as there are other requests', async () => {
  const fake = await gateway(() => ({}));
  await probeFor(1000, fake);
  const uses = new Map<unknown, number>();
  for (const { connection } of fake.asked) uses.set(connection, (uses.get(connection) ?? 0) + 1);
  const kept = [...uses.values()].filter((count) => count > 1);
  expect(kept).toHaveLength(4);
  const onKept = kept.reduce((sum, count) => sum + count, 0);
  expect(Math.abs(onKept - (fake.asked.length - onKept))).toBeLessThanOrEqual(2);
});

test('keeps its pace however slow the answers are, and waits for the last', async () => {
  const fake = await gateway(() => ({ after: 400 }));
  const report = await probeFor(800, fake);
  // 25 a second; a busy machine may miss some turns, but one at a time would be two.
  expect(report.sent).toBeGreaterThan(10);
  expect(report.sent).toBeLessThanOrEqual(21);
  expect(report).toMatchObject({ sent: fake.asked.length, failed: 0 });
  expect(report.p50).toBeGreaterThanOrEqual(399);
});

test('goes along every route that a header opens, and as many clients where weights decide', async () => {
  const routes = [{ header: 'X-Group', value: 'debug', to: 'v2' }, { weight: 10, to: 'v2' }, { to: 'v1' }];
  const fake = await gateway(() => ({}), { apis: { v1: {}, v2: {} }, routes });
  const report = await probeFor(500, fake);
  const groups = new Set(fake.asked.map(({ headers }) => headers['x-group']));
  expect(groups).toEqual(new Set([undefined, 'debug']));
  expect(Object.keys(report.versions)).toEqual(['api-v1', 'api-v2']);
  expect(new Set(fake.asked.map(({ headers }) => headers['x-fortress-client'])).size).toBe(fake.asked.length);
});

test('tells what failed, when and how', async () => {
  // The second request is the first on a connection of its own.
  const fake = await gateway((_, index) => (index === 3 ? { status: 502 } : index === 1 ? { cut: true } : {}));
  const report = await probeFor(500, fake);
  expect(report.failed).toBe(2);
  expect(report.failures[0]).toMatch(/^at \d+ ms: socket hang up$/);
  expect(report.failures[1]).toMatch(/^at \d+ ms: 502 \{"error":"Gateway"\}$/);
});

test('asks again where the gateway closed a kept connection under it, once, and says so', async () => {
  const uses = new Map<unknown, number>();
  const isKept = ({ socket }: IncomingMessage): boolean => {
    uses.set(socket, (uses.get(socket) ?? 0) + 1);
    return (uses.get(socket) ?? 0) > 1;
  };
  const fake = await gateway((request) => ({ cut: isKept(request) }));
  const report = await probeFor(1000, fake);
  expect(report.failed).toBe(0);
  expect(report.reconnected).toBeGreaterThan(1);
  expect(fake.asked).toHaveLength(report.sent + report.reconnected);
});

test('a gateway that is not there yet is no failure', async () => {
  const fake = await gateway(() => ({}));
  const probe = startProbe(fake.config, fake.credentials, LOCAL);
  await sleep(200);
  await fake.listen();
  await sleep(400);
  const report = await probe.stop();
  expect(report).toMatchObject({ failed: 0, sent: fake.asked.length });
  expect(report.unjudged).toBeGreaterThanOrEqual(2);
});

test('one whose certificate our CA did not sign is never told the password', async () => {
  const fake = await gateway(() => ({}));
  const stranger = await prepareCredentials(fake.config, emptyStore(), new Date());
  const report = await probeFor(200, {
    ...fake,
    credentials: { ...fake.credentials, caCertificate: stranger.caCertificate },
  });
  expect(fake.asked).toEqual([]);
  expect(report).toMatchObject({ sent: 0, p50: null });
});

test('a gateway that limits it, since it does not know it yet, is left in peace for a while', async () => {
  const fake = await gateway(() => ({ status: 429 }), { gateway: { rateLimit: { status: 429 } } });
  const report = await probeFor(600, fake);
  expect(fake.asked.length).toBeLessThanOrEqual(3);
  expect(report).toMatchObject({ sent: 0, failed: 0, unjudged: fake.asked.length });
});
