import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { askForAnswer } from '../../../src/doctor/engine-answer.js';

const folder = mkdtempSync(join(tmpdir(), 'fortress-doctor-'));
const path = join(folder, 'engine.sock');
const address = { url: `unix://${path}`, origin: 'DOCKER_HOST' };
let server: Server | undefined;
const connections: Socket[] = [];

const listen = (listening: Server): Promise<void> => {
  server = listening.on('connection', (connection: Socket) => connections.push(connection));
  return new Promise((resolve) => listening.listen(path, resolve));
};
afterEach(async () => {
  if (server?.listening !== true) return;
  const closed = once(server, 'close');
  server.close();
  for (const connection of connections.splice(0)) connection.destroy();
  await closed;
});
afterAll(() => rmSync(folder, { recursive: true }));

it('tells a socket that is not there', async () => {
  expect(await askForAnswer(address, 1000)).toBe('no');
});

it('tells an engine that answers, whatever it says', async () => {
  await listen(createHttpServer((_, response) => response.writeHead(500).end('broken')));
  expect(await askForAnswer(address, 1000)).toBe('yes');
});

it('tells an engine that takes the connection and says nothing', async () => {
  await listen(createServer(() => undefined));
  expect(await askForAnswer(address, 200)).toBe('hangs');
});
