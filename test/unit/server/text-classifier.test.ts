import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { loadClassifier } from '../../../src/server/classifier.js';
import { importRuntime, type OnnxRuntime, type Session } from '../../../src/server/session.js';
import { fixture } from '../model/onnx/sample-graphs.js';
import { temporaryFolder } from '../train/sample-data.js';

/** What scikit-learn itself says, see make_fixtures.py. */
const expected = JSON.parse(await readFile(fixture('expected.json'), 'utf8')) as {
  texts: string[];
  models: Record<string, { labels: string[]; probabilities: number[][] }>;
};
const load = (name: string) => loadClassifier(fixture(`${name}.onnx`));

describe.each(Object.entries(expected.models))('%s', (name, { labels, probabilities }) => {
  test('gives what scikit-learn gives, for texts that come together and alone', async () => {
    const classifier = await load(name);
    expect(classifier.labels).toEqual(labels);
    expect(classifier.model).toMatchObject({ kind: 'text' });
    const together = await Promise.all(expected.texts.map(classifier.classify));
    for (const [number, text] of expected.texts.entries()) {
      const alone = await classifier.classify(text);
      for (const [label, probability] of (probabilities[number] ?? []).entries()) {
        expect(together[number]?.[label]).toBeCloseTo(probability, 5);
        expect(alone[label]).toBeCloseTo(probability, 5);
      }
    }
  });

  test('answers to odd texts without an error', async () => {
    const { classify } = await load(name);
    const odd = ['', ' ', '\u0000', '😀', 'さようなら', '\uD800', 'word '.repeat(2000), 'a'.repeat(10_000)];
    for (const row of await Promise.all(odd.map(classify))) {
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 3);
    }
  });
});

test('a text does not end at a NUL in it', async () => {
  const { classify } = await load('characters');
  const [whole, cut] = [await classify('happy \0birthday'), await classify('happy ')];
  expect([...whole]).toEqual([...(await classify('happy  birthday'))]);
  expect([...whole]).not.toEqual([...cut]);
});

/** The true onnxruntime, but for what its sessions do. */
const withSessions = (change: (session: Session) => Session) => async (): Promise<OnnxRuntime> => {
  const runtime = await importRuntime();
  return { ...runtime, load: (model, options) => change(runtime.load(model, options)) };
};

/** onnxruntime that counts the texts of each run, and fails where one holds a certain word. */
const watched = (runs: number[], poison?: string): (() => Promise<OnnxRuntime>) =>
  withSessions((session) => ({
    run(inputs, outputs) {
      const texts = (inputs['text']?.data ?? []) as string[];
      runs.push(texts.length);
      if (poison !== undefined && texts.includes(poison)) throw new Error('poisoned');
      return session.run(inputs, outputs);
    },
  }));

test('texts of one turn share a run, but where the graph takes one at a time', async () => {
  for (const [name, sizes] of [
    ['calibrated', [3]],
    ['forest-single', [1, 1, 1]],
  ] as const) {
    const runs: number[] = [];
    const seen: number[] = [];
    const { classify } = await loadClassifier(fixture(`${name}.onnx`), (texts) => seen.push(texts), watched(runs));
    runs.length = 0;
    seen.length = 0;
    await Promise.all(['a', 'b', 'c'].map(classify));
    expect(runs).toEqual(sizes);
    expect(seen).toEqual([3]);
  }
});

test('a text that cannot be run fails alone', async () => {
  const { classify } = await loadClassifier(fixture('calibrated.onnx'), undefined, watched([], 'bad'));
  const [first, bad, last] = await Promise.allSettled(['happy', 'bad', 'gloomy'].map(classify));
  expect(bad).toMatchObject({ status: 'rejected' });
  const { classify: healthy } = await load('calibrated');
  expect(first).toEqual({ status: 'fulfilled', value: await healthy('happy') });
  expect(last).toEqual({ status: 'fulfilled', value: await healthy('gloomy') });
});

const refused = (message: string, why: RegExp) => ({
  exitCode: ExitCode.usage,
  message: expect.stringContaining(message),
  why: expect.stringMatching(why),
  hint: expect.any(String),
});

const repeated = (row: number[], times: number): Float32Array =>
  Float32Array.from(Array.from({ length: times }, () => row).flat());

/** onnxruntime whose graphs give the same numbers for every text. */
const giving = (row: number[]): (() => Promise<OnnxRuntime>) =>
  withSessions(() => ({
    run: ({ text }) => ({ probabilities: { data: repeated(row, text?.size ?? 0) } as unknown as Tensor }),
  }));

describe('refuses', () => {
  test('scores that are no probabilities', async () => {
    await expect(load('scores')).rejects.toMatchObject(
      refused('scores.onnx gives scores, not probabilities', /For "What a lovely morning!" it gives .* in sum -1\.00/),
    );
  });

  test('a graph that onnxruntime cannot load', async () => {
    const content = await readFile(fixture('calibrated.onnx'));
    content.write('Tokenixer', content.lastIndexOf('Tokenizer'));
    const path = join(await temporaryFolder(), 'a.onnx');
    await writeFile(path, content);
    await expect(loadClassifier(path)).rejects.toMatchObject(refused('onnxruntime cannot load', /Tokenixer/));
  });

  test.each([
    ['below 0 and above 1', [1.5, -0.5, 0]],
    ['not numbers', [Number.NaN, 0.5, 0.5]],
    ['that do not add up to 1', [0.5, 0.1, 0.1]],
  ])('numbers %s', async (_, row) => {
    await expect(loadClassifier(fixture('calibrated.onnx'), undefined, giving(row))).rejects.toMatchObject(
      refused('gives scores, not probabilities', /in sum/),
    );
  });

  test('another number of probabilities than of labels', async () => {
    await expect(loadClassifier(fixture('calibrated.onnx'), undefined, giving([0.5, 0.5]))).rejects.toMatchObject(
      refused('does not pass its self-test', /2 probabilities for 1 texts and 3 labels|4 probabilities for 2 texts/),
    );
  });
});
