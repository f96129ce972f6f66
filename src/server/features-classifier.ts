import { configError } from '../errors.js';
import { createFeaturiser, type SparseVector } from '../model/featuriser.js';
import { decodeFeaturiser, Graph, type ModelMetadata } from '../model/metadata.js';
import type { FeaturesModel } from '../model/read-model.js';
import { createBatchedRun, MAX_BATCH_CELLS, type OnRun } from './batched-run.js';
import { pack, type PackedBatch } from './pack.js';
import { type OnnxRuntime, openSession } from './session.js';

/** Float32 sums in another order differ by less; a wrong featuriser by far more. */
const TOLERANCE = 1e-4;

/**
 * Opens a graph that takes features.
 * @returns its run: one probability per text and label, row by row
 * @throws FortressError (exit 2) when onnxruntime cannot load it
 */
export function openFeaturesGraph(path: string, runtime: OnnxRuntime): (batch: PackedBatch) => Float32Array {
  const session = openSession(path, path, runtime);
  const { Tensor } = runtime;
  const wanted = [Graph.probabilities];
  return ({ texts, terms, indices, values }) => {
    const shape = [texts, terms];
    const inputs = {
      [Graph.indices]: new Tensor('int32', indices, shape),
      [Graph.values]: new Tensor('float32', values, shape),
    };
    const data = session.run(inputs, wanted)[Graph.probabilities]?.data;
    if (!(data instanceof Float32Array)) throw new TypeError(`${Graph.probabilities} is not a float tensor`);
    return data;
  };
}

/**
 * Predicts the golden texts of `model.json` and compares with what training computed.
 * @throws FortressError (exit 2) when features and graph do not fit each other
 */
async function selfTest(
  classify: (text: string) => Promise<Float32Array>,
  golden: ModelMetadata['golden'],
  path: string,
): Promise<void> {
  const found = await Promise.all(golden.map(({ text }) => classify(text)));
  const gaps = golden.flatMap(({ probabilities }, text) =>
    probabilities.map((expected, label) => Math.abs(expected - (found[text]?.[label] ?? Number.NaN))),
  );
  const gap = gaps.reduce((largest, value) => (value <= largest ? largest : value), 0);
  if (gap <= TOLERANCE) return;
  throw configError(`${path} does not pass its self-test`, {
    why: `Probabilities of its golden texts are off by up to ${gap}; allowed is ${TOLERANCE}.`,
    hint: 'model.onnx and model.json do not fit each other: train again with `fortress train`',
  });
}

/**
 * Our featuriser in front of the graph, proved to predict what it did when it was trained.
 * @throws FortressError (exit 2) naming the file, the problem and what to do
 */
export async function openFeaturesModel(
  { path, metadata }: FeaturesModel,
  runtime: OnnxRuntime,
  onRun: OnRun,
): Promise<(text: string) => Promise<Float32Array>> {
  const runGraph = openFeaturesGraph(path, runtime);
  const classify = createBatchedRun<SparseVector>(
    {
      prepare: createFeaturiser(decodeFeaturiser(metadata.featuriser)),
      run: (vectors) => runGraph(pack(vectors)),
      labels: metadata.labels.length,
      sizeOf: ({ indices }) => Math.max(1, indices.length),
      maxCells: MAX_BATCH_CELLS,
    },
    onRun,
  );
  await selfTest(classify, metadata.golden, path);
  return classify;
}
