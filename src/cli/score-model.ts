import { setImmediate } from 'node:timers/promises';
import { configError } from '../errors.js';
import type { Classifier } from '../server/classifier.js';
import type { LabelledRows } from '../train/csv.js';
import { type Evaluation, evaluate } from '../train/evaluate.js';

/** Between two of them a Ctrl-C gets its turn. */
const CHUNK = 256;
const SHOWN = 10;

function numberLabels(names: string[], labels: string[], file: string): Int32Array {
  const numbers = new Map(labels.map((label, number) => [label, number]));
  const unknown = [...new Set(names)].filter((name) => !numbers.has(name)).toSorted();
  if (unknown.length > 0) {
    const rows = names.filter((name) => !numbers.has(name)).length;
    const rest = unknown.length > SHOWN ? ` and ${unknown.length - SHOWN} more` : '';
    throw configError(`${file} has labels that the model does not know: ${unknown.slice(0, SHOWN).join(', ')}${rest}`, {
      why: `They are in ${rows} of ${names.length} rows. The model knows: ${labels.join(', ')}.`,
      hint: 'Choose another column with --label, rename or remove these labels, or train a model that knows them',
    });
  }
  return Int32Array.from(names, (name) => numbers.get(name) ?? 0);
}

/**
 * How well a model does on labelled texts.
 * @param file where the rows come from; named in the error
 * @param progress told how many rows are done
 * @throws FortressError (exit 2) when there are no rows, or labels that the model does not know
 */
export async function scoreModel(
  { labels, classify }: Classifier,
  { texts, labels: names }: LabelledRows,
  { file, progress, signal }: { file: string; progress: (done: number) => void; signal: AbortSignal },
): Promise<Evaluation> {
  if (texts.length === 0)
    throw configError(`${file} has no data rows`, { hint: 'Below the header there must be some' });
  const targets = numberLabels(names, labels, file);
  const probabilities: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += CHUNK) {
    signal.throwIfAborted();
    probabilities.push(...(await Promise.all(texts.slice(start, start + CHUNK).map((text) => classify(text)))));
    progress(probabilities.length);
    await setImmediate();
  }
  return evaluate(probabilities, targets, labels);
}
