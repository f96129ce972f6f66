import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadClassifier } from '../../../../src/server/classifier.js';
import { argMax } from '../../../../src/train/evaluate.js';
import { createPredictor, fitRecipe, type LabelledTexts } from '../../../../src/train/recipe.js';
import { exportSelfContained } from '../../../../src/train/self-contained/export-graph.js';
import { createSelfContainedFit } from '../../../../src/train/self-contained/fit.js';
import { trainModel } from '../../../../src/train/train.js';
import { inlineContext, temporaryFile, temporaryFolder, toCsv, writeSample } from '../sample-data.js';
import { EDGE_TEXTS, variedTexts } from './varied-texts.js';

type Probabilities = ArrayLike<number>;

const LABELS = ['calm', 'glad', 'sad', 'wild'];
const SEED = 3;
/** What float32 sums in another order may come to is a hundred times less. */
const TOLERANCE = 1e-4;

/** A label that depends on what a text holds. */
function labelOf(text: string): string {
  if (/love|good|:\)|😀|Schöne/i.test(text)) return 'glad';
  if (/sad|not|:-\(|Привет/i.test(text)) return 'sad';
  return text.includes('!') ? 'wild' : 'calm';
}

const ROWS = variedTexts(1500, 1).filter((text) => text.trim() !== '');
const TRAIN: LabelledTexts = {
  texts: ROWS,
  classes: Int32Array.from(ROWS, (text) => LABELS.indexOf(labelOf(text))),
};
const TEXTS = [...variedTexts(3000, 2), ...EDGE_TEXTS];

/** The largest difference of any probability; NaN when one is missing. */
function largestGap(found: Probabilities[], expected: Probabilities[]): number {
  const gaps = expected.flatMap((row, text) =>
    Array.from(row, (value, label) => Math.abs(value - (found[text]?.[label] ?? Number.NaN))),
  );
  return gaps.reduce((largest, gap) => (gap <= largest ? largest : gap), 0);
}

interface Answers {
  label: string[];
  probabilities: Probabilities[];
}

async function openGraph(onnx: Uint8Array): Promise<(texts: string[]) => Promise<Answers>> {
  const session = await ort.InferenceSession.create(onnx, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  return async (texts) => {
    const outputs = await session.run({ text: new ort.Tensor('string', texts, [texts.length, 1]) });
    const data = outputs['probabilities']?.data as Float32Array;
    return {
      label: outputs['label']?.data as string[],
      probabilities: texts.map((_, row) => data.slice(row * LABELS.length, (row + 1) * LABELS.length)),
    };
  };
}

async function inBatches(run: (texts: string[]) => Promise<Answers>, texts: string[], size: number): Promise<Answers> {
  const answers: Answers = { label: [], probabilities: [] };
  for (let start = 0; start < texts.length; start += size) {
    const { label, probabilities } = await run(texts.slice(start, start + size));
    answers.label.push(...label);
    answers.probabilities.push(...probabilities);
  }
  return answers;
}

describe('the self-contained graph', () => {
  let run: (texts: string[]) => Promise<Answers>;
  let predict: (text: string) => Float64Array;
  let onnx: Uint8Array;
  beforeAll(async () => {
    const model = await createSelfContainedFit(LABELS.length, SEED)(TRAIN, () => {});
    predict = model.predict;
    onnx = exportSelfContained(model, LABELS);
    run = await openGraph(onnx);
  });

  test.each([1, 7, 64])('computes what training does, %i texts at a time', async (size) => {
    const { label, probabilities } = await inBatches(run, TEXTS, size);
    const expected = TEXTS.map(predict);
    expect(largestGap(probabilities, expected)).toBeLessThan(TOLERANCE);
    expect(label).toEqual(probabilities.map((row) => LABELS[argMax(row)]));
  });

  test('tells the texts of this test apart', async () => {
    const { label } = await run(TEXTS.slice(0, 500));
    expect(new Set(label)).toEqual(new Set(LABELS));
  });

  test('a text without any known n-gram gets the probabilities of the bias alone', async () => {
    const { probabilities } = await run(['', 'ӂъ̈ѣ̂']);
    expect(probabilities[0]).toEqual(probabilities[1]);
    expect(largestGap(probabilities, [predict(''), predict('')])).toBeLessThan(TOLERANCE);
  });

  test('does so in our own server, as a model that takes texts', async () => {
    const path = join(await temporaryFolder(), 'self-contained.onnx');
    await writeFile(path, onnx);
    const { model, labels, classify } = await loadClassifier(path);
    expect(model.kind).toBe('text');
    expect(labels).toEqual(LABELS);
    const found = await Promise.all(TEXTS.map((text) => classify(text)));
    expect(largestGap(found, TEXTS.map(predict))).toBeLessThan(TOLERANCE);
  });

  // onnxruntime-node hands strings over as C does; Python's reads on and takes the NUL for a separator.
  test('in Node a NUL ends the text', async () => {
    const { probabilities } = await run(['so sad\0I love', 'so sad']);
    expect(probabilities[0]).toEqual(probabilities[1]);
  });
});

test('a graph without any word feature works', async () => {
  const texts = TRAIN.texts.map((_, number) => `${LABELS[number % LABELS.length]}${number}`);
  const classes = TRAIN.classes.map((_, number) => number % LABELS.length);
  const model = await createSelfContainedFit(LABELS.length, SEED)({ texts, classes }, () => {});
  expect(model.parameters.wordFeatures).toBe(0);
  const run = await openGraph(exportSelfContained(model, LABELS));
  const { label, probabilities } = await run(['wild7', 'glad', '']);
  expect(label.slice(0, 2)).toEqual(['wild', 'glad']);
  expect(largestGap(probabilities, ['wild7', 'glad', ''].map(model.predict))).toBeLessThan(TOLERANCE);
});

test('featuriser and graph in the server compute what training does', async () => {
  const csv = toCsv([['content', 'sentiment'], ...ROWS.map((text) => [text, labelOf(text)])]);
  const data = await temporaryFile('varied.csv', csv);
  const columns = { text: 'content', label: 'sentiment' };
  const trained = await trainModel({ data, columns, testShare: 0.1, seed: SEED }, inlineContext());
  expect(trained.metadata.labels).toEqual(LABELS);
  const predict = createPredictor(await fitRecipe(TRAIN, LABELS.length, SEED));

  const { classify } = await loadClassifier(await writeSample(trained));
  const found = await Promise.all(TEXTS.map((text) => classify(text)));
  expect(largestGap(found, TEXTS.map(predict))).toBeLessThan(TOLERANCE);
});

test('both designs are different models that mostly agree', async () => {
  const features = createPredictor(await fitRecipe(TRAIN, LABELS.length, SEED));
  const { predict } = await createSelfContainedFit(LABELS.length, SEED)(TRAIN, () => {});
  const same = TEXTS.filter((text) => argMax(features(text)) === argMax(predict(text)));
  const share = same.length / TEXTS.length;
  expect(share).toBeGreaterThan(0.75);
  expect(share).toBeLessThan(1);
});
