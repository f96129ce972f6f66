import type { InferenceSession } from 'onnxruntime-node';
import { configError, messageOf } from '../errors.js';
import { Graph } from '../model/metadata.js';
import type { PackedBatch } from './pack.js';

/** Runs the ONNX graph: one probability per text and label, row by row. */
export type RunGraph = (batch: PackedBatch) => Promise<Float32Array>;

function requireSignature(session: InferenceSession, modelPath: string): void {
  const missing = [
    ...[Graph.indices, Graph.values].filter((name) => !session.inputNames.includes(name)),
    ...[Graph.probabilities].filter((name) => !session.outputNames.includes(name)),
  ];
  if (missing.length === 0) return;
  throw configError(`${modelPath} is not a graph that this server can run: it lacks ${missing.join(', ')}`, {
    why: `Its inputs are ${session.inputNames.join(', ')}; its outputs are ${session.outputNames.join(', ')}.`,
    hint: 'Train it with `fortress train`',
  });
}

/**
 * Opens the model with onnxruntime, on one thread: more of them make single predictions slower and
 * their latency uneven; replicas are how this scales.
 * @throws FortressError when onnxruntime cannot load it or its inputs and outputs are others
 */
export async function openSession(modelPath: string): Promise<RunGraph> {
  // Read when the library is loaded, hence the late import.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const { default: ort } = await import('onnxruntime-node');
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(modelPath, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw configError(`onnxruntime cannot load ${modelPath}`, { why: messageOf(error), cause: error });
  }
  requireSignature(session, modelPath);

  return async ({ texts, terms, indices, values }) => {
    const shape = [texts, terms];
    const outputs = await session.run({
      [Graph.indices]: new ort.Tensor('int32', indices, shape),
      [Graph.values]: new ort.Tensor('float32', values, shape),
    });
    const data = outputs[Graph.probabilities]?.data;
    if (!(data instanceof Float32Array)) throw new TypeError(`${Graph.probabilities} is not a float tensor`);
    return data;
  };
}
