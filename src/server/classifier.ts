import { configError } from '../errors.js';
import { type SparseVector, createFeaturiser } from '../model/featuriser.js';
import { type ModelMetadata, decodeFeaturiser } from '../model/metadata.js';
import { readModelMetadata } from '../model/read-metadata.js';
import { createBatcher } from './batcher.js';
import { pack, splitIntoBatches } from './pack.js';
import { type RunGraph, openSession } from './session.js';

/** Which model it is, for people and for metrics. */
export interface ModelIdentity {
  /** `features`: our featuriser in front of the graph; `text`: a graph that takes strings. */
  kind: 'features' | 'text';
  /** Of the ONNX file. */
  sha256: string;
}

/** A loaded model that has proved itself. */
export interface Classifier {
  model: ModelIdentity;
  labels: string[];
  /** One probability per label. Calls of the same event-loop turn share one run of the graph. */
  classify(text: string): Promise<Float32Array>;
}

/** Told after each run of the graph: how many texts it took and how long, in seconds. */
export type OnRun = (texts: number, seconds: number) => void;

/** 16384 cells: 64 texts of 256 terms, about two tweets' worth of terms each. */
const MAX_BATCH_CELLS = 16_384;
/** Float32 sums in another order differ by less; a wrong featuriser by far more. */
const TOLERANCE = 1e-4;

async function runVectors(run: RunGraph, vectors: SparseVector[], labels: number): Promise<Float32Array[]> {
  const results: Float32Array[] = [];
  for (const batch of splitIntoBatches(vectors, MAX_BATCH_CELLS)) {
    const probabilities = await run(pack(batch));
    if (probabilities.length !== batch.length * labels) {
      throw new Error(
        `the graph gave ${probabilities.length} probabilities for ${batch.length} texts and ${labels} labels`,
      );
    }
    for (const row of batch.keys()) results.push(probabilities.slice(row * labels, (row + 1) * labels));
  }
  return results;
}

/**
 * Predicts the golden texts of `model.json` and compares with what training computed.
 * @throws FortressError when features and graph do not fit each other
 */
async function selfTest(classifier: Classifier, golden: ModelMetadata['golden'], modelPath: string): Promise<void> {
  const found = await Promise.all(golden.map(({ text }) => classifier.classify(text)));
  const gaps = golden.flatMap(({ probabilities }, text) =>
    probabilities.map((expected, label) => Math.abs(expected - (found[text]?.[label] ?? Number.NaN))),
  );
  const gap = gaps.reduce((largest, value) => (value <= largest ? largest : value), 0);
  if (gap <= TOLERANCE) return;
  throw configError(`${modelPath} does not pass its self-test`, {
    why: `Probabilities of its golden texts are off by up to ${gap}; allowed is ${TOLERANCE}.`,
    hint: 'model.onnx and model.json do not fit each other: train again with `fortress train`',
  });
}

/**
 * Loads a model and proves that it predicts what it did when it was trained.
 * @throws FortressError naming the file, the problem and what to do
 */
export async function loadClassifier(modelPath: string, onRun: OnRun = () => {}): Promise<Classifier> {
  const { labels, featuriser, golden, model } = await readModelMetadata(modelPath);
  const featurise = createFeaturiser(decodeFeaturiser(featuriser));
  const run = await openSession(modelPath);
  const enqueue = createBatcher(async (vectors: SparseVector[]) => {
    const start = performance.now();
    const results = await runVectors(run, vectors, labels.length);
    onRun(vectors.length, (performance.now() - start) / 1000);
    return results;
  });
  const classifier: Classifier = {
    model: { kind: 'features', sha256: model.sha256 },
    labels,
    classify: async (text) => enqueue(featurise(text)),
  };
  await selfTest(classifier, golden, modelPath);
  return classifier;
}
