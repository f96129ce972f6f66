import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import type Docker from 'dockerode';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { waitUntilReady, type WaitOptions } from '../../../../src/engine/docker/wait.js';
import { ExitCode } from '../../../../src/errors.js';
import { fakeEngine, frame } from './fake-engine.js';

const INSPECT = 'GET /containers/x/json';

const state = (change: object = {}, more: object = {}): { json: object } => ({
  json: {
    RestartCount: 0,
    State: { Running: true, Restarting: false, ExitCode: 0, OOMKilled: false, ...change },
    Config: { Labels: {} },
    NetworkSettings: { Networks: {}, Ports: {} },
    ...more,
  },
});

/** A service on a port of this machine that answers with the statuses one after the other, then with the last. */
async function serviceAnswering(...statuses: number[]): Promise<number> {
  const server = createServer((_, response) => {
    response.writeHead(statuses.length > 1 ? (statuses.shift() ?? 200) : (statuses[0] ?? 200)).end();
  });
  return listen(server);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

interface Waiting extends Partial<WaitOptions> {
  port?: number;
  timeout?: number;
  ownHealthcheck?: boolean;
}

const wait = (docker: Docker, { port = 8000, timeout = 5, ownHealthcheck = true, ...options }: Waiting = {}) =>
  waitUntilReady(
    docker,
    { name: 'x', readiness: { port, path: '/ready', timeout }, ownHealthcheck },
    { progress: () => undefined, signal: new AbortController().signal, local: true, ...options },
  );

/** With each question to the container a second passes. */
function secondsPass(): () => void {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  return () => void vi.setSystemTime(Date.now() + 1_000);
}

const reachedAt = (address: string) => ({ NetworkSettings: { Networks: { a: { IPAddress: address } }, Ports: {} } });

test('asks the container itself until it answers 200', async () => {
  const port = await serviceAnswering(503, 503, 200);
  const { docker } = await fakeEngine({
    [INSPECT]: state({}, { NetworkSettings: { Networks: { a: { IPAddress: '127.0.0.1' } }, Ports: {} } }),
  });
  const told: string[] = [];
  await wait(docker, { port, progress: (line) => told.push(line) });
  expect(told).toEqual(['waiting for /ready', 'waiting for /ready']);
});

test('or its published port, where its own address leads nowhere', async () => {
  const port = await serviceAnswering(200);
  const { docker } = await fakeEngine({
    [INSPECT]: state(
      {},
      { NetworkSettings: { Networks: {}, Ports: { '8000/tcp': [{ HostIp: '0.0.0.0', HostPort: String(port) }] } } },
    ),
  });
  await expect(wait(docker)).resolves.toBeUndefined();
});

test("or believes the engine's own health check, where nothing can be reached from here", async () => {
  const { docker } = await fakeEngine({ [INSPECT]: state({ Health: { Status: 'healthy' } }) });
  await expect(wait(docker)).resolves.toBeUndefined();
});

describe('an engine on another machine', () => {
  test('is not asked over addresses, which lead elsewhere from here: its health check tells', async () => {
    const port = await serviceAnswering(200);
    const { docker, answers } = await fakeEngine({
      [INSPECT]: state(
        { Health: { Status: 'starting' } },
        { NetworkSettings: { Networks: { a: { IPAddress: '127.0.0.1' } }, Ports: {} } },
      ),
    });
    let looks = 0;
    const progress = (): void => {
      looks += 1;
      if (looks === 3) answers[INSPECT] = state({ Health: { Status: 'healthy' } });
    };
    await wait(docker, { port, progress, local: false });
    expect(looks).toBeGreaterThanOrEqual(3);
  });

  test('without a health check, it must have run for a while', async () => {
    const { docker } = await fakeEngine({ [INSPECT]: state() });
    const startedAt = Date.now();
    await wait(docker, { local: false });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(2_000);
  });
});

describe('the health check of an image', () => {
  const healthy = { Health: { Status: 'healthy' } };

  test('has no say where the container itself can be asked', async () => {
    const port = await serviceAnswering(503);
    const { docker } = await fakeEngine({ [INSPECT]: state(healthy, reachedAt('127.0.0.1')), ...LOGS });
    await expect(wait(docker, { port, timeout: 0.7, ownHealthcheck: false })).rejects.toThrow('was not ready');
  });

  test('nor where it refuses connections so far, however long', async () => {
    const { docker } = await fakeEngine({ [INSPECT]: state(healthy, reachedAt('127.0.0.1')), ...LOGS });
    const waiting = wait(docker, { port: 1, timeout: 20, ownHealthcheck: false, progress: secondsPass() });
    await expect(waiting).rejects.toThrow('was not ready');
  });

  test('is believed where its addresses lead nowhere from here, after a while', async () => {
    const { docker } = await fakeEngine({ [INSPECT]: state(healthy, reachedAt('255.255.255.255')) });
    const progress = secondsPass();
    const startedAt = Date.now();
    await wait(docker, { timeout: 20, ownHealthcheck: false, progress });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(5_000);
  });

  test('is believed at once on another machine', async () => {
    const { docker } = await fakeEngine({ [INSPECT]: state(healthy) });
    const waiting = wait(docker, { timeout: 0.2, ownHealthcheck: false, local: false });
    await expect(waiting).resolves.toBeUndefined();
  });
});

test.each([undefined, { Status: 'none' }])(
  'without a health check (%o), a container that cannot be reached must have run for a while',
  async (Health) => {
    const { docker } = await fakeEngine({ [INSPECT]: state({ Health }) });
    const progress = secondsPass();
    const startedAt = Date.now();
    await wait(docker, { timeout: 20, ownHealthcheck: false, progress });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(5_000);
  },
);

const LOGS = { 'GET /containers/x/logs': { bytes: frame('reading the model\nno such file: model.onnx\n', 2) } };

test('a container that ends is an error with its exit code and last words', async () => {
  const { docker } = await fakeEngine({ [INSPECT]: state({ Running: false, ExitCode: 78 }), ...LOGS });
  await expect(wait(docker)).rejects.toMatchObject({
    code: 'CONTAINER_NOT_READY',
    exitCode: ExitCode.failed,
    message: 'x ended (exit code 78) before it was ready',
    why: 'its last log lines:\n  reading the model\n  no such file: model.onnx',
  });
});

test('one that is restarted over and over is not waited for', async () => {
  const { docker, answers } = await fakeEngine({ [INSPECT]: state(), ...LOGS });
  const waiting = wait(docker, {
    progress: () => (answers[INSPECT] = state({ ExitCode: 1 }, { RestartCount: 1 })),
  });
  await expect(waiting).rejects.toThrow('x ended and was started again before it was ready');
});

test('the kernel that killed it for its memory is named', async () => {
  const { docker } = await fakeEngine({ [INSPECT]: state({ Running: false, ExitCode: 137, OOMKilled: true }) });
  await expect(wait(docker)).rejects.toMatchObject({
    why: 'the kernel killed it for using more than its memory limit\nit logged nothing',
  });
});

test('patience ends', async () => {
  const { docker } = await fakeEngine({ [INSPECT]: state(), ...LOGS });
  await expect(wait(docker, { timeout: 0.2 })).rejects.toMatchObject({
    message: 'x was not ready after 0.2 s',
    why: expect.stringContaining('no such file: model.onnx') as string,
    hint: 'correct the cause and run `fortress up` again',
  });
});

describe('an API that does not get ready', () => {
  const ofApi = { Config: { Labels: { 'dev.fortress.service': 'api-v1' } } };
  const failing = async (port: number, { health, address = '127.0.0.1', ...options }: Failing = {}) => {
    const inspected = state(health ? { Health: { Status: health } } : {}, { ...ofApi, ...reachedAt(address) });
    const { docker } = await fakeEngine({ [INSPECT]: inspected });
    return wait(docker, { port, timeout: 0.3, ownHealthcheck: false, ...options }).catch((error: unknown) => error);
  };
  interface Failing extends Waiting {
    health?: string;
    address?: string;
  }

  test.each<[string, () => Promise<number>, string, string]>([
    ['says so', () => serviceAnswering(503), '503', 'apis.v1.startTimeout'],
    ['has no such path', () => serviceAnswering(404), '404', 'apis.v1.health'],
    ['listens elsewhere', async () => 1, 'connection refused', 'apis.v1.port'],
    ['is silent', () => listen(createTcpServer(() => undefined)), 'no answer within 1 s', 'apis.v1.startTimeout'],
    [
      'speaks another protocol',
      () => listen(createTcpServer((socket) => void socket.end('+PONG\r\n'))),
      'no HTTP in what it answered',
      'apis.v1.port',
    ],
    [
      'hangs up',
      () => listen(createTcpServer((socket) => void socket.destroy())),
      'it hung up without an answer',
      'apis.v1.port',
    ],
  ])('and %s is told what it was asked, what came of it and what to do', async (_, start, words, key) => {
    const port = await start();
    expect(await failing(port)).toMatchObject({
      code: 'CONTAINER_NOT_READY',
      message: 'x was not ready after 0.3 s',
      why: `last try of GET :${port}/ready: ${words}\nit logged nothing`,
      hint: expect.stringContaining(key) as string,
    });
  });

  test('shows nothing of what it answers', async () => {
    const port = await listen(
      createServer((_, response) => void response.writeHead(500, 'hunter2', { 'x-key': 'hunter2' }).end('hunter2')),
    );
    expect(JSON.stringify(await failing(port))).not.toContain('hunter2');
  });

  test('on another machine is known by its health check', async () => {
    expect(await failing(8000, { health: 'unhealthy', local: false })).toMatchObject({
      why: 'the health check of its image: unhealthy\nit logged nothing',
    });
    expect(await failing(8000, { health: 'starting', local: false, ownHealthcheck: true })).toMatchObject({
      why: 'its health check, GET :8000/ready: starting\nit logged nothing',
      hint: expect.stringContaining('apis.v1.startTimeout') as string,
    });
  });

  test('is said to lie out of reach where it does', async () => {
    expect(await failing(8000, { address: '255.255.255.255' })).toMatchObject({
      why: 'last try of GET :8000/ready: no way there from here\nit logged nothing',
    });
  });
});

test('an interruption ends it', async () => {
  const { docker } = await fakeEngine({ [INSPECT]: state() });
  const interruption = new AbortController();
  const waiting = wait(docker, { progress: () => interruption.abort(), signal: interruption.signal });
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
