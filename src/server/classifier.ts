import { readModel } from '../model/read-model.js';
import type { OnRun } from './batched-run.js';
import { openFeaturesModel } from './features-classifier.js';
import { importRuntime, type OnnxRuntime } from './session.js';
import { openTextModel } from './text-classifier.js';

export type { OnRun } from './batched-run.js';

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

/**
 * Loads a model of either kind and proves that it works.
 * @param loadRuntime where onnxruntime comes from
 * @throws FortressError naming the file, the problem and what to do
 */
export async function loadClassifier(
  modelPath: string,
  onRun: OnRun = () => {},
  loadRuntime: () => Promise<OnnxRuntime> = importRuntime,
): Promise<Classifier> {
  const model = await readModel(modelPath);
  const runtime = await loadRuntime();
  const { kind, sha256, labels } = model;
  const classify =
    kind === 'features' ? await openFeaturesModel(model, runtime, onRun) : await openTextModel(model, runtime, onRun);
  return { model: { kind, sha256 }, labels, classify };
}
