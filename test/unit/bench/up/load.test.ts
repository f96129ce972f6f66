import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLoad, untilSent } from '../../../../bench/up/change/load.js';
import { issueCa, issueServerCertificate, type KeyPair } from '../../../../src/credentials/issue.js';
import { subjectNames } from '../../../../src/credentials/subject-names.js';

let server: Server;
let ca: KeyPair;
let count = 0;

/** Of ten requests one is refused, and one is cut off without an answer. */
beforeAll(async () => {
  const now = new Date();
  ca = await issueCa('load', 'ecdsa-p256', now);
  const names = subjectNames(['localhost']);
  const own = await issueServerCertificate(ca, { project: 'load', type: 'ecdsa-p256', names, days: 1, now });
  server = createServer({ cert: own.certificate, key: own.key }, (request, response) => {
    request.resume();
    count += 1;
    if (count % 10 === 3) return response.writeHead(503).end('busy');
    if (count % 10 === 7) return request.socket.destroy();
    return response.writeHead(200, { 'x-instance-id': 'api-v1-1' }).end('{"prediction value":"love"}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('counts what failed and tries nothing again', async () => {
  const { port } = server.address() as AddressInfo;
  const client = { ca: ca.certificate, login: 'admin:secret' };
  const load = startLoad({ port, client, rate: 200, connections: 4 });
  load.enter('first');
  await untilSent(load, 'first', 30, AbortSignal.timeout(10_000));
  load.enter('second');
  await untilSent(load, 'second', 30, AbortSignal.timeout(10_000));
  const phases = await load.stop();
  const sent = [...(phases.get('first') ?? []), ...(phases.get('second') ?? [])];

  expect(phases.get('first')?.length).toBeGreaterThanOrEqual(30);
  expect(sent).toHaveLength(count);
  const failures = sent.flatMap(({ failure }) => failure ?? []);
  expect(failures.filter((failure) => failure === '503 busy')).toHaveLength(Math.floor((count + 7) / 10));
  expect(failures.filter((failure) => failure.startsWith('UND_ERR_SOCKET'))).toHaveLength(Math.floor((count + 3) / 10));
  expect(failures.length).toBeLessThan(sent.length / 2);
  expect(sent.some(({ fresh }) => fresh)).toBe(true);
  expect(load.hasAnswered('api-v1-1', 0)).toBe(true);
  expect(load.hasAnswered('api-v1-2', 0)).toBe(false);
});
