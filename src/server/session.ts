import type { InferenceSession } from 'onnxruntime-node';
import { configError, messageOf } from '../errors.js';

export type OnnxRuntime = typeof import('onnxruntime-node');

/** The onnxruntime that lies beside this program. */
export async function importRuntime(): Promise<OnnxRuntime> {
  // Read when the library is loaded, hence the late import.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  return (await import('onnxruntime-node')).default;
}

/**
 * Opens a model with onnxruntime, on one thread: more of them make single predictions slower and
 * their latency uneven; replicas are how this scales.
 * @param model its file, or its content where that is not what the file holds
 * @param file named in the error
 * @throws FortressError (exit 2) when onnxruntime cannot load it
 */
export async function openSession(
  model: string | Uint8Array,
  file: string,
  { InferenceSession }: OnnxRuntime,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // What it would write to stderr is also in the error that it throws.
    logSeverityLevel: 4,
  };
  try {
    return typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  } catch (error) {
    throw configError(`onnxruntime cannot load ${file}`, {
      why: messageOf(error),
      hint: 'Export it again, with standard operators of an opset that onnxruntime knows',
      cause: error,
    });
  }
}
