import { expect, test } from 'vitest';
import { cpuSeconds, pinContainers, processorsOf } from '../../../../src/engine/docker/processors.js';
import { fakeEngine } from './fake-engine.js';

test('tells how many processors the machine has, and whether containers can be held to some', async () => {
  const { docker, answers } = await fakeEngine({ 'GET /info': { json: { NCPU: 4, CPUSet: true } } });
  expect(await processorsOf(docker)).toEqual({ count: 4, canPin: true });
  answers['GET /info'] = { json: { NCPU: 4, CPUSet: false } };
  expect(await processorsOf(docker)).toEqual({ count: 4, canPin: false });
});

test('holds containers to processors', async () => {
  const { docker, asked } = await fakeEngine({
    'POST /containers/a/update': { json: {} },
    'POST /containers/b/update': { json: {} },
  });
  expect(await pinContainers(docker, ['a', 'b'], [0, 2])).toBeNull();
  expect(asked.map(({ body }) => JSON.parse(body.toString()) as unknown)).toEqual([
    { CpusetCpus: '0,2' },
    { CpusetCpus: '0,2' },
  ]);
});

test('says why an engine would not', async () => {
  const refusal = { status: 500, json: { message: 'requested CPUs are not available' } };
  const { docker } = await fakeEngine({ 'POST /containers/a/update': refusal });
  expect(await pinContainers(docker, ['a'], [9])).toContain('requested CPUs are not available');
});

test('reads the CPU time of a container, and does not wait for a second reading', async () => {
  const stats = { cpu_stats: { cpu_usage: { total_usage: 1_500_000_000 } } };
  const { docker, asked } = await fakeEngine({ 'GET /containers/a/stats': { json: stats } });
  expect(await cpuSeconds(docker, 'a')).toBe(1.5);
  expect(asked[0]?.query.get('one-shot')).toBe('true');
});
