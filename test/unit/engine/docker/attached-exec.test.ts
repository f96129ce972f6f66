import { Duplex, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { executeAttached, type Terminal } from '../../../../src/engine/docker/attached-exec.js';

interface Fake {
  docker: Docker;
  /** What the engine was asked for. */
  asked: { create?: object; start?: object; sizes: object[] };
  /** What the command got as its input. */
  input: string[];
}

/** An engine whose only command writes `output` once its input has ended, and ends as `states` says. */
function fakeEngine(output: Buffer, states: { Running: boolean; ExitCode: number | null }[], hangs = false): Fake {
  const asked: Fake['asked'] = { sizes: [] };
  const input: string[] = [];
  const connection = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _, done) {
      input.push(chunk.toString());
      done();
    },
    final(done) {
      if (!hangs) {
        connection.push(output);
        connection.push(null);
      }
      done();
    },
  });
  const exec = {
    start: async (options: object) => {
      asked.start = options;
      return connection;
    },
    inspect: async () => (states.length > 1 ? states.shift() : states[0]),
    resize: async (size: object) => void asked.sizes.push(size),
  };
  const container = {
    exec: async (options: object) => {
      asked.create = options;
      return exec;
    },
  };
  return { docker: { getContainer: () => container } as unknown as Docker, asked, input };
}

const ENDED = { Running: false, ExitCode: 7 };
const forever = new AbortController().signal;

function streams(typed: string, terminal: Terminal | null = null) {
  const all = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), terminal };
  all.stdin.end(typed);
  return all;
}

const HELLO = Buffer.from([1, 0, 0, 0, 0, 0, 0, 2, 0x68, 0x69, 2, 0, 0, 0, 0, 0, 0, 2, 0x6f, 0x68]);

test('passes on both outputs, the input and how it ended, once the engine knows', async () => {
  const engine = fakeEngine(HELLO, [{ Running: true, ExitCode: null }, ENDED]);
  const ours = streams('typed');
  expect(await executeAttached(engine.docker, 'shop-api-v1-1', ['cat'], ours, forever)).toBe(7);
  ours.stdout.end();
  ours.stderr.end();
  expect([await text(ours.stdout), await text(ours.stderr), engine.input.join('')]).toEqual(['hi', 'oh', 'typed']);
  expect(engine.asked.create).toMatchObject({ Cmd: ['cat'], Tty: false });
  expect(engine.asked.create).not.toHaveProperty('Env');
});

test('with a terminal the bytes are as they are, and the size follows ours', async () => {
  const engine = fakeEngine(Buffer.from('\u001B[1mhi'), [ENDED]);
  const listeners: (() => void)[] = [];
  const size = { rows: 24, columns: 80 };
  const terminal: Terminal = { kind: 'xterm', size: () => size, onResize: (listener) => void listeners.push(listener) };
  const ours = streams('', terminal);
  await executeAttached(engine.docker, 'shop-api-v1-1', ['sh'], ours, forever);
  size.rows = 50;
  for (const resized of listeners) resized();
  ours.stdout.end();
  expect(await text(ours.stdout)).toBe('\u001B[1mhi');
  expect(engine.asked.create).toMatchObject({ Tty: true, Env: ['TERM=xterm'] });
  expect(engine.asked.start).toMatchObject({ Tty: true, hijack: true, stdin: true });
  expect(engine.asked.sizes).toEqual([
    { h: 24, w: 80 },
    { h: 50, w: 80 },
  ]);
});

test('an interruption ends the waiting with its own reason', async () => {
  const { docker } = fakeEngine(HELLO, [ENDED], true);
  const interruption = new AbortController();
  const done = executeAttached(docker, 'shop-api-v1-1', ['sleep', '99'], streams(''), interruption.signal);
  setTimeout(() => interruption.abort(new Error('interrupted')), 20);
  await expect(done).rejects.toThrow('interrupted');
});

test('what the engine refuses is told in its words', async () => {
  const refusal = new Error('(HTTP code 409) unexpected - Container abc is paused, unpause it first');
  const docker = { getContainer: () => ({ exec: () => Promise.reject(refusal) }) } as unknown as Docker;
  await expect(executeAttached(docker, 'shop-api-v1-1', ['ls'], streams(''), forever)).rejects.toMatchObject({
    code: 'ENGINE_REFUSED',
    exitCode: 1,
    message: 'ls in shop-api-v1-1 failed',
    why: 'Container abc is paused, unpause it first',
  });
});
