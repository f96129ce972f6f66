import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { askGateway } from '../../../src/cli/gateway-answers.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import type { GatewayConfig } from '../../../src/config/types.js';
import { prepareCredentials, type Credentials } from '../../../src/credentials/prepare.js';
import { emptyStore } from '../../../src/credentials/store.js';
import type { EngineAddress } from '../../../src/engine/docker/address.js';
import { ExitCode } from '../../../src/errors.js';
import { probeToken } from '../../../src/probe/token.js';

afterEach(() => {
  vi.useRealTimers();
});

interface Gateway {
  config: ResolvedConfig;
  credentials: Credentials;
  /** With the address of this machine that the request came to. */
  asked: { headers: IncomingMessage['headers']; body: string; address: string | undefined }[];
}

/** A gateway with a certificate for its hosts that gives these answers, the last one for ever. */
async function gateway(input: GatewayConfig, ...answers: [status: number, body: string][]): Promise<Gateway> {
  const asked: Gateway['asked'] = [];
  const draft = resolveConfig({ gateway: { bind: '127.0.0.1', ...input } }, '/srv/shop');
  const credentials = await prepareCredentials(draft, emptyStore(), new Date());
  const server = createServer({ cert: credentials.certificate, key: credentials.key }, (request, response) => {
    void buffer(request).then((body) => {
      asked.push({ headers: request.headers, body: String(body), address: request.socket.localAddress });
      const [status, text] = (answers.length > 1 ? answers.shift() : answers[0]) ?? [500, ''];
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, draft.gateway.bind, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { config: { ...draft, gateway: { ...draft.gateway, httpsPort: port } }, credentials, asked };
}

const LOCAL: EngineAddress = { url: 'unix:///var/run/docker.sock', origin: 'a test' };
const signal = new AbortController().signal;
const LOVE: [number, string] = [200, '{"prediction value":"love"}'];

test('asks as a client does: with a password, and trusting our CA only', async () => {
  const { config, credentials, asked } = await gateway({ users: [{ name: 'ann', password: 'pass:wörd' }] }, LOVE);
  expect(await askGateway(config, credentials, LOCAL, signal)).toMatchObject({ label: 'love' });
  expect(asked).toHaveLength(1);
  const { headers, body } = asked[0] ?? {};
  expect(Buffer.from(headers?.authorization?.replace('Basic ', '') ?? '', 'base64').toString()).toBe('ann:pass:wörd');
  expect(headers?.['x-fortress-probe'], 'a used up limit is not in the way').toBe(probeToken(credentials.hashKey));
  expect(JSON.parse(body ?? '')).toHaveProperty('sentence');
  const stranger = await prepareCredentials(config, emptyStore(), new Date());
  vi.useFakeTimers({ toFake: ['Date'] });
  const refused = askGateway(config, { ...credentials, caCertificate: stranger.caCertificate }, LOCAL, signal);
  vi.setSystemTime(Date.now() + 60_000);
  await expect(refused).rejects.toMatchObject({ why: expect.stringMatching(/certificate/) as string });
});

test('trusts a certificate of somebody’s own where that is all there is to trust', async () => {
  const { config, credentials } = await gateway({}, LOVE);
  const own = { ...credentials, caCertificate: credentials.certificate };
  expect(await askGateway(config, own, LOCAL, signal)).toMatchObject({ label: 'love' });
});

test.each([
  ['a name that does not lead here', ['api.example.org'], 'api.example.org'],
  ['an address', ['192.0.2.7'], '192.0.2.7'],
  ['an IPv6 address', ['2001:db8::7'], '[2001:db8::7]'],
])('the first host may be %s: it connects to the published port and says that host', async (_, hosts, header) => {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', onWarning);
  const { config, credentials, asked } = await gateway({ hosts }, LOVE);
  await askGateway(config, credentials, LOCAL, signal);
  expect(asked[0]?.headers.host).toBe(header);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

// Other systems have no second address of their own.
test.runIf(process.platform === 'linux')(
  "a port published everywhere is asked for on the engine's machine",
  async () => {
    const { config, credentials, asked } = await gateway({ bind: '0.0.0.0' }, LOVE);
    const from: (string | undefined)[] = [];
    for (const url of ['unix:///var/run/docker.sock', 'tcp://127.0.0.2:2375']) {
      await askGateway(config, credentials, { url, origin: 'a test' }, signal);
      from.push(asked.at(-1)?.address);
    }
    expect(from).toEqual(['127.0.0.1', '127.0.0.2']);
  },
);

test('asks again until the answer is a prediction', async () => {
  const { config, credentials, asked } = await gateway({}, [502, 'bad gateway'], [200, 'not JSON'], LOVE);
  await askGateway(config, credentials, LOCAL, signal);
  expect(asked).toHaveLength(3);
});

test('in the end it tells the last answer and where to look', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { config, credentials } = await gateway({}, [502, '{"error":"no replica"}']);
  const asking = askGateway(config, credentials, LOCAL, signal);
  vi.setSystemTime(Date.now() + 60_000);
  await expect(asking).rejects.toMatchObject({
    code: 'GATEWAY_SILENT',
    exitCode: ExitCode.failed,
    why: 'it answered 502: {"error":"no replica"}',
    hint: expect.stringContaining('fortress logs gateway') as string,
  });
});

test('an interruption ends it', async () => {
  const { config, credentials } = await gateway({}, [502, '']);
  await expect(askGateway(config, credentials, LOCAL, AbortSignal.abort())).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('waits for the end of a minute in which its address may try no passwords', async () => {
  const { config, credentials, asked } = await gateway({}, [429, ''], [429, ''], [429, ''], LOVE);
  vi.useFakeTimers({ toFake: ['Date'] });
  const going = askGateway(config, credentials, LOCAL, signal);
  while (asked.length === 0) await sleep(10);
  vi.setSystemTime(Date.now() + 60_000);
  expect(await going).toMatchObject({ label: 'love' });
});
