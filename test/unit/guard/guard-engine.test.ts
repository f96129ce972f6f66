import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createGuardEngine, signalNumber } from '../../../src/guard/guard-engine.js';
import { fakeEngine } from '../engine/docker/fake-engine.js';

const line = (action: string, timeNano: number): string =>
  `${JSON.stringify({ Action: action, timeNano, Actor: { ID: 'a', Attributes: {} } })}\n`;

test.each([
  ['SIGQUIT', 3],
  ['QUIT', 3],
  ['3', 3],
  ['', 15],
  [undefined, 15],
])('the stop signal %j is %i', (name, number) => expect(signalNumber(name)).toBe(number));

test('lists the containers of its project, with their health', async () => {
  const { docker, asked } = await fakeEngine({
    'GET /containers/json': {
      json: [
        { Id: 'a', State: 'running', Status: 'Up 5 minutes (unhealthy)' },
        { Id: 'b', State: 'exited', Status: 'Exited (137) 2 seconds ago' },
      ],
    },
  });
  expect(await createGuardEngine(docker, 'shop').list()).toEqual([
    { id: 'a', state: 'running', unhealthy: true },
    { id: 'b', state: 'exited', unhealthy: false },
  ]);
  expect(asked[0]?.query.get('filters')).toBe('{"label":["dev.fortress.project=shop"]}');
  expect(asked[0]?.query.get('all')).toBe('true');
});

test('inspects a container; one that is gone is null', async () => {
  const { docker } = await fakeEngine({
    'GET /containers/a/json': {
      json: {
        Name: '/shop-gateway-1',
        State: { Status: 'exited', OOMKilled: true, ExitCode: 137 },
        Config: { StopSignal: 'SIGQUIT' },
        HostConfig: { RestartPolicy: { Name: 'unless-stopped' } },
      },
    },
  });
  const engine = createGuardEngine(docker, 'shop');
  expect(await engine.inspect('a')).toEqual({
    name: 'shop-gateway-1',
    state: 'exited',
    unhealthy: false,
    stopSignal: 3,
    restarts: true,
    outOfMemory: true,
    exitCode: 137,
  });
  expect(await engine.inspect('gone')).toBeNull();
});

test('one that runs already, or is gone, need not be started', async () => {
  const { docker, asked } = await fakeEngine({ 'POST /containers/a/start': { status: 304 } });
  const engine = createGuardEngine(docker, 'shop');
  await engine.start('a');
  await engine.start('gone');
  await engine.restart('gone');
  expect(asked.map(({ call }) => call)).toEqual([
    'POST /containers/a/start',
    'POST /containers/gone/start',
    'POST /containers/gone/restart',
  ]);
});

describe('events', () => {
  test('come until the engine goes away, and are asked for from the last one on', async () => {
    const { docker, asked } = await fakeEngine({
      'GET /events': (_, response) => {
        response.writeHead(200);
        const text = line('kill', 1_795_450_800_889_122_304) + line('die', 1_795_450_800_912_482_816);
        response.write(text.slice(0, 20));
        // Cut off in the middle of the stream, as by an engine that is killed.
        setTimeout(() => response.write(text.slice(20)), 20);
        setTimeout(() => response.destroy(), 60);
      },
    });
    const engine = createGuardEngine(docker, 'shop');
    const seen: string[] = [];
    const follow = (): Promise<void> =>
      engine.follow(
        () => seen.push('open'),
        ({ action }) => seen.push(action),
        new AbortController().signal,
      );
    await follow();
    expect(seen).toEqual(['open', 'kill', 'die']);
    await follow();
    expect(asked.map(({ query }) => query.get('since'))).toEqual([null, '1795450800.912483']);
    expect(JSON.parse(asked[0]?.query.get('filters') ?? '')).toMatchObject({
      type: ['container'],
      label: ['dev.fortress.project=shop'],
    });
  });

  test('end with the signal', async () => {
    const { docker } = await fakeEngine({
      'GET /events': (_, response) => void response.writeHead(200).flushHeaders(),
    });
    const ending = new AbortController();
    const following = createGuardEngine(docker, 'shop').follow(
      () => setTimeout(() => ending.abort(), 20),
      () => undefined,
      ending.signal,
    );
    expect(await Promise.race([following.then(() => 'ended'), sleep(2000, 'goes on')])).toBe('ended');
  });

  test('an engine that is away is an error', async () => {
    const { docker } = await fakeEngine({ 'GET /events': { status: 500, json: { message: 'no' } } });
    const follow = createGuardEngine(docker, 'shop').follow(
      () => undefined,
      () => undefined,
      new AbortController().signal,
    );
    await expect(follow).rejects.toThrow('500');
  });
});
