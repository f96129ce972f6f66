import { createProgressLine } from '../report/progress-line.js';
import { note } from '../report/print.js';
import type { Score } from '../report/model-score.js';
import { readMetadata } from '../model/read-metadata.js';
import { loadClassifier, type ModelIdentity } from '../server/classifier.js';
import type { Columns } from '../train/csv.js';
import { readLabelledRows } from '../train/dataset.js';
import { loadHostRuntime } from './host-runtime.js';
import { scoreModel } from './score-model.js';

/** Whether a model was fitted on this very file; null when it does not tell. */
async function sawInTraining({ kind, sha256 }: ModelIdentity, path: string, data: string): Promise<boolean | null> {
  return kind === 'text' ? null : (await readMetadata(path, sha256)).data.sha256 === data;
}

/**
 * Scores a model on a CSV file; progress goes to stderr.
 * @param path the ONNX file
 * @throws FortressError when the file or the model cannot be used, or onnxruntime cannot be had
 */
export async function testModel(path: string, data: string, columns: Columns, signal: AbortSignal): Promise<Score> {
  const { sha256, ...rows } = await readLabelledRows(data, columns);
  const classifier = await loadClassifier(path, undefined, () => loadHostRuntime(note));
  const progress = createProgressLine(process.stderr, 'classified', rows.texts.length);
  try {
    const evaluation = await scoreModel(classifier, rows, { file: data, progress: progress.update, signal });
    const seenInTraining = await sawInTraining(classifier.model, path, sha256);
    return { file: path, ...classifier.model, data: { file: data, sha256, seenInTraining }, evaluation };
  } finally {
    progress.end();
  }
}
