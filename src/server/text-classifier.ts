import { configError, messageOf } from '../errors.js';
import { editGraph, type GraphEdits } from '../model/onnx/edit-graph.js';
import type { TextModel } from '../model/read-model.js';
import type { TextSignature } from '../model/signature.js';
import { createBatchedRun, MAX_BATCH_CELLS, type OnRun } from './batched-run.js';
import { type OnnxRuntime, openSession, type Session } from './session.js';

/**
 * skl2onnx leaves the locale to onnxruntime, whose choice en_US.UTF-8 is missing in small images:
 * the model would not load. This one is part of glibc and changes the case of the same letters.
 */
const LINUX_LOCALE = 'C.UTF-8';

/** The content to run where it has to differ from the file, else the file. */
function runnable({ path, content, graph, signature }: TextModel): string | Uint8Array {
  const normalizes = graph.nodes.some(({ opType }) => opType === 'StringNormalizer');
  const edits: GraphEdits = {
    ...signature.edits,
    ...(normalizes && process.platform === 'linux' ? { locale: LINUX_LOCALE } : {}),
  };
  return Object.keys(edits).length === 0 ? path : editGraph(content, edits);
}

type RunTexts = (texts: string[]) => Float32Array;

function runnerOf(session: Session, signature: TextSignature, { Tensor }: OnnxRuntime): RunTexts {
  const { input, column, probabilities } = signature;
  return (texts) => {
    const shape = column ? [texts.length, 1] : [texts.length];
    // ONNX Runtime's binding would end a text at its first NUL.
    const whole = texts.map((text) => text.replaceAll('\0', ' '));
    const data = session.run({ [input]: new Tensor('string', whole, shape) }, [probabilities])[probabilities]?.data;
    if (!(data instanceof Float32Array)) throw new TypeError(`${probabilities} is not a float tensor`);
    return data;
  };
}

const PROBES = ['What a lovely morning!', 'I lost my keys and it rains again.'];
/** Of a sum of float32 probabilities. */
const TOLERANCE = 1e-3;

function problemOf(probabilities: Float32Array): string | undefined {
  const values = [...probabilities];
  const sum = values.reduce((total, value) => total + value, 0);
  const inRange = values.every((value) => value >= -TOLERANCE && value <= 1 + TOLERANCE);
  if (inRange && Math.abs(sum - 1) <= TOLERANCE) return undefined;
  const shown = values.slice(0, 5).map((value) => value.toPrecision(3));
  return `${shown.join(', ')}${values.length > shown.length ? ', …' : ''}, in sum ${sum.toPrecision(3)}`;
}

/**
 * Runs two texts and looks whether what comes out can be probabilities.
 * @throws FortressError (exit 2) when it cannot, or the graph does not run
 */
async function selfTest(classify: (text: string) => Promise<Float32Array>, path: string): Promise<void> {
  let rows: Float32Array[];
  try {
    rows = await Promise.all(PROBES.map(classify));
  } catch (error) {
    throw configError(`${path} does not pass its self-test`, {
      why: messageOf(error),
      hint: 'Run it with onnxruntime where it was made, and compare its inputs with `fortress model inspect`',
      cause: error,
    });
  }
  for (const [number, row] of rows.entries()) {
    const problem = problemOf(row);
    if (problem === undefined) continue;
    throw configError(`${path} gives scores, not probabilities`, {
      why: `For "${PROBES[number]}" it gives ${problem}; probabilities lie between 0 and 1 and add up to 1.`,
      hint: [
        'Export a classifier that has predict_proba: put CalibratedClassifierCV around LinearSVC, RidgeClassifier or',
        "Perceptron; give SGDClassifier loss='log_loss', SVC probability=True; leave raw_scores out.",
      ].join(' '),
    });
  }
}

/**
 * A graph that takes texts, proved to give probabilities.
 * @throws FortressError (exit 2) naming the file, the problem and what to do
 */
export async function openTextModel(
  model: TextModel,
  runtime: OnnxRuntime,
  onRun: OnRun,
): Promise<(text: string) => Promise<Float32Array>> {
  const { path, signature } = model;
  const session = openSession(runnable(model), path, runtime);
  const classify = createBatchedRun<string>(
    {
      prepare: (text) => text,
      run: runnerOf(session, signature, runtime),
      labels: signature.labels.length,
      sizeOf: (text) => Math.max(1, text.length),
      maxCells: signature.single ? 1 : MAX_BATCH_CELLS,
    },
    onRun,
  );
  await selfTest(classify, path);
  return classify;
}
