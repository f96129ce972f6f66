import { createBatcher } from './batcher.js';
import { splitIntoBatches } from './pack.js';

/** Told after each run of the graph: how many texts it took and how long, in seconds. */
export type OnRun = (texts: number, seconds: number) => void;

/** How a graph is run on the texts of one turn of the event loop. */
export interface GraphRun<Input> {
  /**
   * What the graph takes of a text. It is made when the batch is run: for one text after the other
   * that is faster than for each one as it comes, with all that lies between in the processor's caches.
   */
  prepare(text: string): Input;
  /** Answers row by row, one probability per label. */
  run(batch: Input[]): Float32Array;
  labels: number;
  /** Cells that an input takes, 1 at least. */
  sizeOf(input: Input): number;
  /** Of a batch, padded to its longest input; 1: every input alone. */
  maxCells: number;
}

/** 16384 cells: 64 inputs of 256. */
export const MAX_BATCH_CELLS = 16_384;

function runAll<Input>({ run, labels, sizeOf, maxCells }: GraphRun<Input>, inputs: Input[]): Float32Array[] {
  return splitIntoBatches(inputs, sizeOf, maxCells).flatMap((batch) => {
    const probabilities = run(batch);
    if (probabilities.length !== batch.length * labels) {
      throw new Error(
        `the graph gave ${probabilities.length} probabilities for ${batch.length} texts and ${labels} labels`,
      );
    }
    return batch.map((_, row) => probabilities.slice(row * labels, (row + 1) * labels));
  });
}

/** From a text to its probabilities; texts of the same event-loop turn share runs of the graph. */
export function createBatchedRun<Input>(graph: GraphRun<Input>, onRun: OnRun): (text: string) => Promise<Float32Array> {
  return createBatcher((texts: string[]) => {
    const inputs = texts.map(graph.prepare);
    const start = performance.now();
    const results = runAll(graph, inputs);
    onRun(inputs.length, (performance.now() - start) / 1000);
    return results;
  });
}
