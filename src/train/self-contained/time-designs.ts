import type { InferenceSession } from 'onnxruntime-node';
import { createFeaturiser } from '../../model/featuriser.js';
import { Graph } from '../../model/metadata.js';
import { pack } from '../../server/pack.js';
import { importRuntime, type OnnxRuntime } from '../../server/session.js';
import { exportOnnx } from '../export-onnx.js';
import type { FittedModel } from '../recipe.js';
import { Output, TEXT_INPUT } from './export-graph.js';

/** Our model with its featuriser in front of the graph, and the graph that takes texts. */
export interface Designs {
  features: FittedModel;
  selfContained: Uint8Array;
  labels: string[];
}

/** CPU time from text to probabilities, µs per text; null when onnxruntime is not at hand. */
export type DesignTimes = Record<'features' | 'selfContained', number | null>;

type Classify = (text: string) => unknown;

const ROUNDS = 5;
const MAX_TEXTS = 500;
const ON_ONE_THREAD: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
};

function openFeatures({ load, Tensor }: OnnxRuntime, { features, labels }: Designs): Classify {
  const featurise = createFeaturiser(features.parameters);
  const session = load(exportOnnx(features.model, labels), ON_ONE_THREAD);
  return (text) => {
    const { texts, terms, indices, values } = pack([featurise(text)]);
    const inputs = {
      [Graph.indices]: new Tensor('int32', indices, [texts, terms]),
      [Graph.values]: new Tensor('float32', values, [texts, terms]),
    };
    return session.run(inputs, [Graph.probabilities]);
  };
}

function openSelfContained({ load, Tensor }: OnnxRuntime, { selfContained }: Designs): Classify {
  const session = load(selfContained, ON_ONE_THREAD);
  return (text) => session.run({ [TEXT_INPUT]: new Tensor('string', [text], [1, 1]) }, [Output.probabilities]);
}

function timeRound(classify: Classify, texts: string[]): number {
  const start = process.cpuUsage();
  for (const text of texts) classify(text);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / texts.length;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Times both designs, alternating, one text at a time on one thread; the median of some rounds. */
export async function timeDesigns(designs: Designs, texts: string[]): Promise<DesignTimes> {
  // onnxruntime is not part of what `npx fortress` downloads: training gets along without it.
  const runtime = await importRuntime().catch(() => undefined);
  if (runtime === undefined) return { features: null, selfContained: null };
  const classifiers = [openFeatures(runtime, designs), openSelfContained(runtime, designs)];
  const some = texts.slice(0, MAX_TEXTS);
  for (const classify of classifiers) timeRound(classify, some);
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const times: number[] = [];
    for (const classify of classifiers) times.push(timeRound(classify, some));
    rounds.push(times);
  }
  const [features = null, selfContained = null] = classifiers.map((_, design) =>
    median(rounds.map((times) => times[design] ?? 0)),
  );
  return { features, selfContained };
}
