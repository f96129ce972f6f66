import { createBatcher } from './batcher.js';
import { splitIntoBatches } from './pack.js';

/** Told after each run of the graph: how many texts it took and how long, in seconds. */
export type OnRun = (texts: number, seconds: number) => void;

/** How a graph is run on the inputs of one turn of the event loop. */
export interface GraphRun<Input> {
  /** Answers row by row, one probability per label. */
  run(batch: Input[]): Promise<Float32Array>;
  labels: number;
  /** Cells that an input takes, 1 at least. */
  sizeOf(input: Input): number;
  /** Of a batch, padded to its longest input; 1: every input alone. */
  maxCells: number;
}

/** 16384 cells: 64 inputs of 256. */
export const MAX_BATCH_CELLS = 16_384;

async function runAll<Input>(
  { run, labels, sizeOf, maxCells }: GraphRun<Input>,
  inputs: Input[],
): Promise<Float32Array[]> {
  const results: Float32Array[] = [];
  for (const batch of splitIntoBatches(inputs, sizeOf, maxCells)) {
    const probabilities = await run(batch);
    if (probabilities.length !== batch.length * labels) {
      throw new Error(
        `the graph gave ${probabilities.length} probabilities for ${batch.length} texts and ${labels} labels`,
      );
    }
    for (const row of batch.keys()) results.push(probabilities.slice(row * labels, (row + 1) * labels));
  }
  return results;
}

/** From one input to its probabilities; inputs of the same event-loop turn share runs of the graph. */
export function createBatchedRun<Input>(graph: GraphRun<Input>, onRun: OnRun): (input: Input) => Promise<Float32Array> {
  return createBatcher(async (inputs: Input[]) => {
    const start = performance.now();
    const results = await runAll(graph, inputs);
    onRun(inputs.length, (performance.now() - start) / 1000);
    return results;
  });
}
