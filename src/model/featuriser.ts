import { createHashIndex } from './hash-index.js';
import { visitNgrams } from './ngrams.js';

/** What training decides about the features. Feature n is n-gram `hashes[n]`; word n-grams come first. */
export interface FeaturiserParameters {
  /** Number of word features; the rest are character features. */
  wordFeatures: number;
  hashes: Int32Array;
  /** Inverse document frequency. */
  idf: Float32Array;
  /** How much a feature tells about the label: sqrt of its KL divergence from the prior, mean 1. */
  weights: Float32Array;
  /** Euclidean length of every non-empty vector. */
  rowNorm: number;
}

/** The non-zero features of one text. */
export interface SparseVector {
  indices: Int32Array;
  values: Float32Array;
}

export type Featuriser = (text: string) => SparseVector;

const BLOCKS = 2;

/** Sublinear tf-idf, each block (words, characters) of length 1, then weighted, then the row norm. */
function scale(indices: Int32Array, counts: Uint32Array, parameters: FeaturiserParameters): Float32Array {
  const { wordFeatures, idf, weights, rowNorm } = parameters;
  const raw = new Float64Array(indices.length);
  const blockSquares = new Float64Array(BLOCKS);
  for (let term = 0; term < indices.length; term++) {
    const feature = indices[term] ?? 0;
    const value = (1 + Math.log(counts[feature] ?? 1)) * (idf[feature] ?? 0);
    raw[term] = value;
    const block = feature < wordFeatures ? 0 : 1;
    blockSquares[block] = (blockSquares[block] ?? 0) + value * value;
  }
  let squares = 0;
  for (let term = 0; term < indices.length; term++) {
    const feature = indices[term] ?? 0;
    const blockNorm = Math.sqrt(blockSquares[feature < wordFeatures ? 0 : 1] ?? 1);
    const value = ((raw[term] ?? 0) / blockNorm) * (weights[feature] ?? 0);
    raw[term] = value;
    squares += value * value;
  }
  const factor = squares > 0 ? rowNorm / Math.sqrt(squares) : 0;
  return Float32Array.from(raw, (value) => value * factor);
}

/**
 * Builds the function from text to features that trainer and server share. It is synchronous and
 * reuses its scratch memory between calls; a text without any known n-gram gives an empty vector.
 */
export function createFeaturiser(parameters: FeaturiserParameters): Featuriser {
  const { hashes } = parameters;
  const index = createHashIndex(hashes.length * 2);
  for (const hash of hashes) index.intern(hash);
  const counts = new Uint32Array(hashes.length);
  const touched = new Int32Array(hashes.length);
  let size = 0;

  const count = (hash: number): void => {
    const feature = index.find(hash);
    if (feature < 0) return;
    const seen = counts[feature] ?? 0;
    if (seen === 0) touched[size++] = feature;
    counts[feature] = seen + 1;
  };

  return (text) => {
    size = 0;
    visitNgrams(text, count);
    const indices = touched.slice(0, size);
    const values = scale(indices, counts, parameters);
    for (const feature of indices) counts[feature] = 0;
    return { indices, values };
  };
}
