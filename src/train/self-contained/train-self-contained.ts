import type { Progress } from '../progress.js';
import type { LabelledTexts } from '../recipe.js';
import { exportSelfContained } from './export-graph.js';
import { createSelfContainedFit } from './fit.js';

export interface SelfContainedInput {
  /** All rows: what is shipped is fitted on them. */
  all: LabelledTexts;
  /** The rows that the measured model is fitted on, and the texts that it is asked about. */
  train: LabelledTexts;
  test: string[];
  labels: string[];
  seed: number;
}

export interface SelfContainedOutput {
  onnx: Uint8Array;
  /** Probabilities for the test texts. */
  answers: Float64Array[];
}

/** Fits the self-contained model to ship and the one to measure. Pure: the same input gives the same bytes. */
export async function trainSelfContained(
  { all, train, test, labels, seed }: SelfContainedInput,
  progress: Progress,
): Promise<SelfContainedOutput> {
  const fit = createSelfContainedFit(labels.length, seed);
  const shipped = await fit(all, (line) => progress(`to ship: ${line}`));
  await progress('fitted the model to ship', 0.5);
  const { predict } = await fit(train, (line) => progress(`to measure: ${line}`));
  return { onnx: exportSelfContained(shipped, labels), answers: test.map(predict) };
}
