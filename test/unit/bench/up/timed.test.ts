import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { parseTimes, runTimed } from '../../../../bench/up/timed.js';

const cwd = tmpdir();

test('reads what bash reports', () => {
  expect(parseTimes('0.312 0.250 0.031\n')).toEqual({ wall: 0.312, cpu: 0.281 });
});

test('knows how long a command took, and what it wrote to both streams', async () => {
  const { wall, cpu, output } = await runTimed(['sh', '-c', 'sleep 0.1; echo one; echo two >&2'], { cwd });
  expect(wall).toBeGreaterThanOrEqual(0.1);
  expect(cpu).toBeLessThan(wall);
  expect(output).toBe('one\ntwo');
});

test('a command that fails is no measurement', async () => {
  await expect(runTimed(['sh', '-c', 'echo no room; exit 7'], { cwd })).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining('ended with 7'),
    why: 'no room',
  });
});

test('some have to end in another way, and to succeed is a failure for them', async () => {
  const { output } = await runTimed(['sh', '-c', 'echo not up; exit 1'], { cwd, exitCode: 1 });
  expect(output).toBe('not up');
  await expect(runTimed(['true'], { cwd, exitCode: 1 })).rejects.toMatchObject({
    message: expect.stringContaining('ended with 0'),
  });
});
