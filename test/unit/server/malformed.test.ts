import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { malformedRequests, type MalformedRequest } from './malformed-requests.js';
import { bundleServer, portOf, type ServerBundle, startServer } from './server-process.js';

let bundle: ServerBundle;
beforeAll(async () => {
  bundle = await bundleServer();
});
afterAll(() => bundle.remove());

/** MALFORMED_REQUESTS=10000 for the long run. */
const COUNT = Number(process.env['MALFORMED_REQUESTS'] ?? 600);
const AT_ONCE = 16;
const MEBIBYTE = 2 ** 20;

/** Sends the bytes and waits for the end of the connection; the status that came back, if one did. */
async function statusOf(port: number, { bytes, incomplete }: MalformedRequest): Promise<number | undefined> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => (answer += answer.length < 100 ? text : ''));
  // The server may cut a connection before it has read all of it.
  socket.on('error', () => {});
  socket.write(bytes);
  // Else the server would wait for the rest; and to who has gone it would not answer.
  if (incomplete) socket.end();
  await once(socket, 'close');
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
  return status === undefined ? undefined : Number(status);
}

interface Sent {
  request: MalformedRequest;
  status: number | undefined;
}

async function sendAll(port: number, requests: MalformedRequest[]): Promise<Sent[]> {
  const sent: Sent[] = [];
  const queue = [...requests];
  const work = async (): Promise<void> => {
    for (let request = queue.pop(); request !== undefined; request = queue.pop())
      sent.push({ request, status: await statusOf(port, request) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sent;
}

/** Bytes of heap that are in use after a garbage collection. */
async function heapOf(url: string, child: { kill(signal: NodeJS.Signals): boolean }): Promise<number> {
  child.kill('SIGUSR2');
  await sleep(200);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^nodejs_heap_size_used_bytes\{[^}]*\} (\S+)$/m.exec(metrics)?.[1]);
}

test(
  `${COUNT} malformed requests: no 5xx, no crash, no memory growth, right answers afterwards`,
  { timeout: 20_000 + COUNT * 20 },
  async () => {
    const collect = "data:text/javascript,process.on('SIGUSR2', () => { gc(); gc(); })";
    const server = startServer(bundle.file, { BODY_LIMIT: '65536' }, ['--expose-gc', '--import', collect]);
    onTestFinished(() => void server.child.kill('SIGKILL'));
    const port = await portOf(server);
    const url = `http://127.0.0.1:${port}`;
    const requests = malformedRequests(COUNT, 1);
    const first = await sendAll(port, requests.slice(0, COUNT / 2));
    const halfway = await heapOf(url, server.child);
    const second = await sendAll(port, requests.slice(COUNT / 2));
    const end = await heapOf(url, server.child);

    const sent = [...first, ...second];
    const wrong = sent.filter(({ request: { incomplete }, status = incomplete ? 400 : 599 }) => status >= 500);
    expect(
      wrong.map(({ request, status }) => ({ ...request, bytes: request.bytes.toString('latin1'), status })),
    ).toEqual([]);
    expect(sent.filter(({ status = 0 }) => status >= 400).length).toBeGreaterThan(COUNT * 0.8);
    expect(end - halfway).toBeLessThan(2 * MEBIBYTE);
    expect(server.child.exitCode).toBeNull();
    expect(server.output.stderr).toBe('');
    expect(server.output.stdout).not.toContain('"level":50');
    const response = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"sentence": "I love you so much!"}',
    });
    expect(await response.json()).toEqual({ 'prediction value': 'love' });
  },
);
