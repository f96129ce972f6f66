import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-node';
import { configError, messageOf } from '../errors.js';

type Options = InferenceSession.SessionOptions;
type Tensors = Record<string, Tensor>;

/** A loaded graph. */
export interface Session {
  /** Runs it, at once: returns the wanted outputs, throws what onnxruntime throws. */
  run(inputs: Tensors, outputs: string[]): Tensors;
}

/** What is needed of onnxruntime. */
export interface OnnxRuntime {
  Tensor: TensorConstructor;
  /** Loads a graph from a file or from memory; throws what onnxruntime throws. */
  load(model: string | Uint8Array, options: Options): Session;
}

/** The two modules of onnxruntime-node that make up an `OnnxRuntime`. */
export interface RuntimeModules {
  main: Pick<typeof import('onnxruntime-node'), 'Tensor'>;
  binding: typeof import('onnxruntime-node/dist/binding.js');
}

/**
 * onnxruntime by its synchronous binding. `InferenceSession` runs a graph just as synchronously, but in
 * the next turn of the event loop: requests that come in between make a batch of their own, so that
 * batches are half as large.
 */
export function runtimeOf({ main, binding: { binding, initOrt } }: RuntimeModules): OnnxRuntime {
  initOrt();
  return {
    Tensor: main.Tensor,
    load(model, options) {
      const session = new binding.InferenceSession();
      if (typeof model === 'string') session.loadModel(model, options);
      else session.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, options);
      return {
        run: (inputs, outputs) =>
          session.run(inputs, Object.fromEntries(outputs.map((name) => [name, null])), {}) as Tensors,
      };
    },
  };
}

/** The onnxruntime that lies beside this program. */
export async function importRuntime(): Promise<OnnxRuntime> {
  // Read when the library is loaded, hence the late imports.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const { default: main } = await import('onnxruntime-node');
  const { default: binding } = await import('onnxruntime-node/dist/binding.js');
  return runtimeOf({ main, binding });
}

/**
 * Opens a model with onnxruntime, on one thread: more of them make single predictions slower and
 * their latency uneven; replicas are how this scales.
 * @param model its file, or its content where that is not what the file holds
 * @param file named in the error
 * @throws FortressError (exit 2) when onnxruntime cannot load it
 */
export function openSession(model: string | Uint8Array, file: string, runtime: OnnxRuntime): Session {
  try {
    return runtime.load(model, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // What it would write to stderr is also in the error that it throws.
      logSeverityLevel: 4,
    });
  } catch (error) {
    throw configError(`onnxruntime cannot load ${file}`, {
      why: messageOf(error),
      hint: 'Export it again, with standard operators of an opset that onnxruntime knows',
      cause: error,
    });
  }
}
