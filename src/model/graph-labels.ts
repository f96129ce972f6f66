import { configError } from '../errors.js';
import { namesInZipMap, namesOfClassifiers, namesOfLabelOutput } from './onnx/class-names.js';
import type { OnnxGraph } from './onnx/read-graph.js';
import type { ProbabilityTensor } from './probability-output.js';

const KEY = 'labels';
const HINT = [
  'Store the names in the file, in the order of the probabilities, as a JSON array under the metadata key',
  `"${KEY}": onnx.helper.set_model_props(model, {"${KEY}": json.dumps([str(name) for name in pipeline.classes_])})`,
].join(' ');

/** What the metadata say; undefined when they say nothing. */
function storedLabels({ metadata }: OnnxGraph, file: string): string[] | undefined {
  const text = metadata.get(KEY);
  if (text === undefined) return undefined;
  try {
    const labels: unknown = JSON.parse(text);
    if (Array.isArray(labels) && labels.every((label) => typeof label === 'string')) return labels;
  } catch {
    // Said below.
  }
  throw configError(`${file}: its metadata key "${KEY}" is not a JSON array of strings`, {
    why: `It holds ${text.slice(0, 200)}`,
    hint: HINT,
  });
}

function namesInGraph(graph: OnnxGraph, { zipMap }: ProbabilityTensor): string[] | undefined {
  if (zipMap !== null) return namesInZipMap(zipMap);
  // A list of all class names may be an output too: its size is not that of the texts.
  const traced = graph.outputs
    .filter(
      ({ type, shape }) => ['string', 'int64'].includes(type) && (typeof shape?.[0] !== 'number' || shape[0] === 1),
    )
    .map(({ name }) => namesOfLabelOutput(graph, name));
  return traced.find((names) => names !== undefined) ?? namesOfClassifiers(graph);
}

const sameSet = (some: string[], others: string[]): boolean =>
  some.length === others.length && some.every((name) => others.includes(name));

/** The same names in another order would give every answer a wrong name. */
function requireSameOrder(stored: string[], found: string[], file: string): void {
  if (!sameSet(stored, found) || stored.every((name, place) => name === found[place])) return;
  throw configError(`${file} contradicts itself about the order of its labels`, {
    why: `Its metadata key "${KEY}" says ${stored.join(', ')}; its graph says ${found.join(', ')}.`,
    hint: HINT,
  });
}

function requireUsable(labels: string[], classes: number | null, file: string): void {
  if (classes !== null && classes !== labels.length) {
    throw configError(`${file} has ${labels.length} labels for ${classes} probabilities`, {
      why: `Its labels: ${labels.join(', ')}.`,
      hint: HINT,
    });
  }
  const repeated = labels.find((label, place) => labels.indexOf(label) !== place);
  if (repeated === undefined && labels.length >= 2) return;
  throw configError(
    repeated === undefined ? `${file} knows one label only` : `${file} has the label "${repeated}" twice`,
    { why: `Its labels: ${labels.join(', ')}.`, hint: 'A classifier needs two labels at least, each of its own.' },
  );
}

/**
 * The names of a classifier's probabilities: from the metadata key `labels`, else from the graph.
 * @throws FortressError (exit 2) when they cannot be found or don't fit
 */
export function findLabels(graph: OnnxGraph, probabilities: ProbabilityTensor, file: string): string[] {
  const stored = storedLabels(graph, file);
  const found = namesInGraph(graph, probabilities);
  const labels = stored ?? found;
  if (labels === undefined) {
    throw configError(`${file} does not tell the names of its labels`, {
      why: 'They are neither in its metadata nor in its classifier nodes.',
      hint: HINT,
    });
  }
  if (stored !== undefined && found !== undefined) requireSameOrder(stored, found, file);
  requireUsable(labels, probabilities.classes, file);
  return labels;
}
