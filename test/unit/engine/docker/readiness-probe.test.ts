import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { probe, type ProbeAnswer } from '../../../../src/engine/docker/readiness-probe.js';

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
  expect(await probe([NOWHERE, await answering(503), await answering(200)], '/ready')).toEqual({
    kind: 'answered',
    status: 200,
  });
});

test.each<[string, () => Promise<string>, ProbeAnswer]>([
  ['answers otherwise', () => answering(503), { kind: 'answered', status: 503 }],
  ['refuses', async () => '127.0.0.1:1', { kind: 'refused' }],
  ['takes the connection and is silent', () => listen(createServer(() => undefined)), { kind: 'mute' }],
  ['takes the connection and hangs up', () => listen(createServer((socket) => socket.destroy())), { kind: 'hung up' }],
  [
    'speaks another protocol',
    () => listen(createServer((socket) => void socket.end('+PONG\r\n'))),
    { kind: 'no HTTP' },
  ],
])(
  'one that %s is not ready, and that is told rather than of an address that leads nowhere',
  async (_, start, answer) => {
    expect(await probe([NOWHERE, await start()], '/ready')).toEqual(answer);
  },
);

test('an answer says more than a refusal', async () => {
  expect(await probe(['127.0.0.1:1', await answering(404)], '/ready')).toEqual({ kind: 'answered', status: 404 });
});

test('where no address leads anywhere, there is silence', async () => {
  expect(await probe([], '/ready')).toBeNull();
  expect(await probe([NOWHERE], '/ready')).toEqual({ kind: 'silent' });
});
