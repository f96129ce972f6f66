import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tmpdir } from 'node:os';
import { trainModel } from '../../../src/train/train.js';
import { createWorkerRunner } from '../../../src/train/worker-runner.js';
import { inlineContext, runInline, sampleCsv, sampleRows, temporaryFile } from './sample-data.js';

let folder = '';
let worker = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-worker-'));
  worker = join(folder, 'worker.mjs');
  await build({
    entryPoints: ['src/train/worker.ts'],
    outfile: worker,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rows = sampleRows(200);
const labels = [...new Set(rows.map(({ label }) => label))];
const input = {
  data: { texts: rows.map(({ text }) => text), classes: Int32Array.from(rows, ({ label }) => labels.indexOf(label)) },
  test: ['today was a great joy'],
  classCount: labels.length,
  seed: 1,
};
const { signal } = new AbortController();
const silent = (): void => {};
const fixed = async (source: string): Promise<string> => {
  const file = join(folder, `${source.length}.mjs`);
  await writeFile(file, source);
  return file;
};

describe('a task in a thread', () => {
  test('gives the very bits that it gives without one, and says how far it is', async () => {
    const lines: [string, number | undefined][] = [];
    const run = createWorkerRunner(worker);
    const found = await run('measure', input, (line, done) => void lines.push([line, done]), signal);
    expect(found).toEqual(await runInline('measure', input, silent, signal));
    expect(lines).toContainEqual(['epoch 10 of 10', 1]);
  });

  test('fails with the error it fails with, kind, reason and advice', async () => {
    const alone = { ...input, data: { texts: ['a', 'b'], classes: Int32Array.of(0, 1) }, classCount: 2 };
    const thrown: unknown = await runInline('ship', alone, silent, signal).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: 'FortressError', exitCode: 2, hint: expect.any(String) });
    const { code, message, why, hint } = thrown as Record<string, unknown>;
    const found = createWorkerRunner(worker)('ship', alone, silent, signal);
    await expect(found).rejects.toMatchObject({ name: 'FortressError', exitCode: 2, code, message, why, hint });
  });

  test('keeps the stack of a mistake of ours', async () => {
    const broken = { ...input, data: undefined as never };
    const thrown: unknown = await createWorkerRunner(worker)('ship', broken, silent, signal).catch(
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ name: 'Error', stack: expect.stringContaining('worker.mjs') });
  });

  test('ends at once when it is told to', async () => {
    const stop = new AbortController();
    const endless = await fixed('for (;;);');
    const running = createWorkerRunner(endless)('ship', input, silent, stop.signal);
    setTimeout(() => stop.abort(new DOMException('interrupted', 'AbortError')), 100);
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    await expect(createWorkerRunner(endless)('ship', input, silent, stop.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  test.each([
    ['exits', 'process.exit(7);', 'It exited with code 7.'],
    ['breaks', 'throw new Error("no way");', 'no way'],
  ])('a thread that %s is no result', async (_, source, why) => {
    await expect(createWorkerRunner(await fixed(source))('ship', input, silent, signal)).rejects.toMatchObject({
      code: 'TRAINING_DIED',
      exitCode: 1,
      why,
    });
  });
});

test.each([1, 3])('%d at a time, or none: the same model', async (parallel) => {
  const data = await temporaryFile('a.csv', sampleCsv(200));
  const options = { data, columns: { text: 'content', label: 'sentiment' }, testShare: 0.2, seed: 1 };
  const threaded = { ...inlineContext(), run: createWorkerRunner(worker), parallel };
  expect(await trainModel(options, threaded)).toEqual(await trainModel(options, inlineContext()));
});
