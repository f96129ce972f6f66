import { once } from 'node:events';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { bundleServer, portOf, type ServerBundle, type ServerProcess, startServer } from './server-process.js';

let bundle: ServerBundle;
beforeAll(async () => {
  bundle = await bundleServer();
});
afterAll(() => bundle.remove());

function start(env: Record<string, string>): ServerProcess {
  const server = startServer(bundle.file, env);
  onTestFinished(() => void server.child.kill('SIGKILL'));
  return server;
}

/** A request whose body is still on its way. */
async function openRequest(port: number, body: string): Promise<{ finish(): Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const head = [
    'POST /predict HTTP/1.1',
    'host: x',
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 5)}`);
  return {
    finish: async () => {
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
      socket.write(body.slice(5));
      await once(socket, 'close');
      return answer;
    },
  };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: not ready, in-flight requests are finished, exit 0 within seconds',
  async (signal) => {
    const server = start({});
    const port = await portOf(server);
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    const body = JSON.stringify({ sentence: 'I love you so much!' });
    const inFlight = await Promise.all(Array.from({ length: 5 }, () => openRequest(port, body)));
    await sleep(50);

    const exited = once(server.child, 'exit');
    const signalled = performance.now();
    server.child.kill(signal);
    await sleep(100);
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    await sleep(400);
    await expect(fetch(`${url}/ready`)).rejects.toThrow('fetch failed');
    const answers = await Promise.all(inFlight.map((request) => request.finish()));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 200 OK[^]*"prediction value":"love"/);
    expect((await exited)[0]).toBe(0);
    expect(performance.now() - signalled).toBeLessThan(3000);
    const lines = server.output.stdout.trim().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line).msg)).toContain('stopped');
    expect(server.output.stderr).toBe('');
  },
);

test.each([
  ['a missing model', { MODEL_PATH: '/nowhere/model.onnx' }, /Cannot read the model \/nowhere\/model\.onnx: ENOENT/],
  ['a model that is none', { MODEL_PATH: resolve('package.json') }, /package\.json is not an ONNX model/],
  ['a wrong setting', { PORT: 'x' }, /PORT=x is not a whole number/],
  ['an address that is not ours', { HOST: '192.0.2.1' }, /192\.0\.2\.1/],
])('%s: one line, exit 1', async (_, env, line) => {
  const { child, output } = start(env);
  expect((await once(child, 'close'))[0]).toBe(1);
  expect(output.stderr).toMatch(line);
  expect(output.stderr.trim().split('\n')).toHaveLength(1);
});

test('it goes on when nobody reads its log any more', async () => {
  const server = start({});
  const url = `http://127.0.0.1:${await portOf(server)}/predict`;
  server.child.stdout.destroy();
  for (let round = 0; round < 3; round++) {
    expect((await fetch(url)).status).toBe(405);
    await sleep(50);
  }
  expect(server.child.exitCode).toBeNull();
  expect(server.output.stderr).toBe('');
});
