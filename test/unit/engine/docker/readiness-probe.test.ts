import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { probe } from '../../../../src/engine/docker/readiness-probe.js';

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (status: number): Promise<string> =>
  listen(createHttpServer((_, response) => void response.writeHead(status).end()));

/** TCP knows no broadcast: the kernel itself says that there is no way. */
const NOWHERE = '255.255.255.255:8000';

test('one address that answers 200 is enough', async () => {
  expect(await probe([NOWHERE, await answering(503), await answering(200)], '/ready')).toBe('ready');
});

test.each<[string, () => Promise<string>]>([
  ['answers otherwise', () => answering(503)],
  ['refuses', async () => '127.0.0.1:1'],
  ['takes the connection and is silent', () => listen(createServer(() => undefined))],
  ['takes the connection and hangs up', () => listen(createServer((socket) => socket.destroy()))],
])('one that %s is not ready', async (_, address) => {
  expect(await probe([NOWHERE, await address()], '/ready')).toBe('not ready');
});

test('where no address leads anywhere, there is silence', async () => {
  expect(await probe([], '/ready')).toBe('silent');
  expect(await probe([NOWHERE], '/ready')).toBe('silent');
});
