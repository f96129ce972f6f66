import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { writeDocsFolder } from './docs-folder.js';

let folder: string;
let bundle: string;
beforeAll(async () => {
  // Inside node_modules, so that the bundle finds onnxruntime-node as it does in the image.
  const cache = resolve('node_modules/.cache');
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'server-test-'));
  bundle = join(folder, 'server.mjs');
  writeDocsFolder(join(folder, 'docs'));
  await build({
    entryPoints: ['src/server/main.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    external: ['onnxruntime-node'],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Server {
  child: ChildProcessByStdio<null, Readable, Readable>;
  output: { stdout: string; stderr: string };
}

function start(env: Record<string, string>): Server {
  const child = spawn(process.execPath, [bundle], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', MODEL_PATH: resolve('model/model.onnx'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return { child, output };
}

async function portOf({ child, output }: Server): Promise<number> {
  for (;;) {
    const port = /127\.0\.0\.1:(\d+)/.exec(output.stdout)?.[1];
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null) throw new Error(`server ended: ${output.stderr}`);
    await sleep(10);
  }
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
