import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { measureStarts } from '../../../../bench/startup/measure.js';
import type { Subject } from '../../../../bench/startup/subjects.js';

const subject = (title: string, script: string, exitCode = 0): Subject => ({
  title,
  command: ['sh', '-c', script],
  cwd: tmpdir(),
  exitCode,
  bar: null,
});
const options = { rounds: 2, signal: new AbortController().signal, progress: () => undefined };

test('each runs once per round, and counts what its children used', async () => {
  const busy = "sh -c 'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done'";
  const [idle, worked] = await measureStarts(
    [subject('idle', 'sleep 0.05'), subject('busy', `${busy}; true`)],
    options,
  );
  expect([idle?.runs.length, worked?.runs.length]).toEqual([2, 2]);
  for (const { wall, cpu } of idle?.runs ?? []) expect(cpu).toBeLessThan(wall);
  expect(Math.min(...(worked?.runs ?? []).map(({ cpu }) => cpu))).toBeGreaterThan(
    Math.max(...(idle?.runs ?? []).map(({ cpu }) => cpu)),
  );
});

test('one that ends in another way than it has to measures nothing', async () => {
  await expect(measureStarts([subject('fails', 'exit 3')], options)).rejects.toMatchObject({ exitCode: 1 });
  await expect(measureStarts([subject('has to', 'exit 3', 3)], options)).resolves.toHaveLength(1);
});

test('stops where it is asked to', async () => {
  const stopped = { ...options, signal: AbortSignal.abort(new Error('by you')) };
  await expect(measureStarts([subject('any', 'true')], stopped)).rejects.toThrow('by you');
});
