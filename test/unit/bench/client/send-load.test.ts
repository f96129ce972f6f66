import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { sendLoad } from '../../../../src/bench/client/send-load.js';
import { percentile } from '../../../../src/bench/histogram.js';
import { issueCa } from '../../../../src/credentials/issue.js';

async function listening(server: Server & { closeAllConnections(): void }): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const JOB = { target: 'any', connections: 2, warmUpSeconds: 0.1, seconds: 0.3 };
const target = (port: number, tls = false) => ({ host: '127.0.0.1', port, tls, headers: { host: 'shop.example' } });

test('each connection sends its own sentences, one after another, and what counts comes after the warm-up', async () => {
  const bodies = new Map<unknown, Set<string>>();
  const hosts = new Set<string | undefined>();
  let atOnce = 0;
  let most = 0;
  const answer: RequestListener = async (request, response) => {
    most = Math.max(most, (atOnce += 1));
    hosts.add(request.headers.host);
    const sentence = String((JSON.parse((await buffer(request)).toString()) as { sentence: string }).sentence);
    bodies.set(request.socket, (bodies.get(request.socket) ?? new Set()).add(sentence));
    atOnce -= 1;
    response.end('{}');
  };
  const port = await listening(createServer((request, response) => void answer(request, response)));
  const seen = await sendLoad(target(port), ['a', 'b', 'c', 'd'], JOB);
  expect(most).toBeLessThanOrEqual(2);
  expect([...hosts]).toEqual(['shop.example']);
  expect([...bodies.values()].map((texts) => [...texts].toSorted().join('')).toSorted()).toEqual(['ac', 'bd']);
  expect(seen.failures).toEqual({});
  expect(seen.requests).toBeGreaterThan(0);
  expect(seen.answered).toBeGreaterThan(seen.requests);
  expect(seen.latencies.reduce((sum, [, count]) => sum + count, 0)).toBe(seen.requests);
  expect(seen.seconds).toBeGreaterThanOrEqual(0.29);
  expect(seen.cpuSeconds).toBeGreaterThan(0);
});

const slow: RequestListener = (_request, response) => {
  response.write('{');
  setTimeout(() => response.end('}'), 60);
};

test('a latency is the time to the whole answer', async () => {
  const seen = await sendLoad(target(await listening(createServer(slow))), ['a', 'b'], { ...JOB, warmUpSeconds: 0.3 });
  expect(percentile(seen.latencies, 0.5)).toBeGreaterThan(55);
  // On each connection the last one, which ended after the time, and some of the warm-up.
  expect(seen.answered - seen.requests).toBeGreaterThanOrEqual(4);
});

test('what is not 200 is a failure, by status; so is no answer', async () => {
  let count = 0;
  const failing: RequestListener = (request, response) => {
    count += 1;
    if (count % 2 === 0) request.socket.destroy();
    else response.writeHead(503).end();
  };
  const seen = await sendLoad(target(await listening(createServer(failing))), ['a', 'b'], JOB);
  expect(Object.keys(seen.failures).toSorted()).toEqual([
    '503',
    expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/),
  ]);
  expect(seen.requests).toBe(0);
});

test('speaks TLS to whoever is there, and names the host that it asks for', async () => {
  const { certificate: cert, key } = await issueCa('shop', 'ecdsa-p256', new Date());
  const server = createTlsServer({ cert, key }, (_request, response) => void response.end('{}'));
  const names = new Set<unknown>();
  server.on('secureConnection', ({ servername }) => names.add(servername));
  const seen = await sendLoad(target(await listening(server), true), ['a', 'b'], JOB);
  expect(seen.failures).toEqual({});
  expect(seen.requests).toBeGreaterThan(0);
  expect([...names]).toEqual(['shop.example']);
});
