import type { SparseVector } from '../model/featuriser.js';

/** Sparse vectors as the two dense inputs of the graph, `texts` × `terms`, padded with feature 0 of value 0. */
export interface PackedBatch {
  texts: number;
  terms: number;
  indices: Int32Array;
  values: Float32Array;
}

export function pack(vectors: SparseVector[]): PackedBatch {
  const texts = vectors.length;
  const terms = Math.max(1, ...vectors.map(({ indices }) => indices.length));
  const indices = new Int32Array(texts * terms);
  const values = new Float32Array(texts * terms);
  for (const [row, vector] of vectors.entries()) {
    indices.set(vector.indices, row * terms);
    values.set(vector.values, row * terms);
  }
  return { texts, terms, indices, values };
}

/**
 * Cuts a list into batches, in order, so that none takes more than `maxCells` when all its items are
 * padded to the longest: one very long text must not make its neighbours expensive. A single item is
 * never cut.
 */
export function splitIntoBatches<Item>(items: Item[], sizeOf: (item: Item) => number, maxCells: number): Item[][] {
  const batches: Item[][] = [];
  let batch: Item[] = [];
  let size = 0;
  for (const item of items) {
    const longest = Math.max(size, sizeOf(item));
    if (batch.length > 0 && longest * (batch.length + 1) > maxCells) {
      batches.push(batch);
      batch = [];
      size = 0;
    }
    batch.push(item);
    size = Math.max(size, sizeOf(item));
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
