import { createHashIndex } from './hash-index.js';
import { type NgramSource, visitNgrams } from './ngrams.js';

/**
 * What training decides about the features. Feature n is the n-gram or trait `hashes[n]`: word
 * n-grams come first, then character n-grams, then the traits of style.
 */
export interface FeaturiserParameters {
  wordFeatures: number;
  styleFeatures: number;
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

/** The lengths of the blocks (words, characters, style) before weighting. */
const BLOCK_LENGTHS = [1, 1, 0.5];
const STYLE = 2;

type BlockOf = (feature: number) => number;

function blocksOf({ hashes, wordFeatures, styleFeatures }: FeaturiserParameters): BlockOf {
  const firstStyle = hashes.length - styleFeatures;
  return (feature) => (feature < wordFeatures ? 0 : feature < firstStyle ? 1 : STYLE);
}

/** 1 + ln(count), looked up: most counts are small. */
const DAMPENED = Float64Array.from({ length: 64 }, (_, count) => 1 + Math.log(count));
const dampened = (count: number): number => DAMPENED[count] ?? 1 + Math.log(count);

/** Sublinear tf-idf, each block brought to its length, then weighted, then the row norm. */
function scale(
  indices: Int32Array,
  counts: Uint32Array,
  parameters: FeaturiserParameters,
  blockOf: BlockOf,
): Float32Array {
  const { idf, weights, rowNorm } = parameters;
  const raw = new Float64Array(indices.length);
  const blockSquares = new Float64Array(BLOCK_LENGTHS.length);
  for (let term = 0; term < indices.length; term++) {
    const feature = indices[term] ?? 0;
    const value = dampened(counts[feature] ?? 1) * (idf[feature] ?? 0);
    raw[term] = value;
    const block = blockOf(feature);
    blockSquares[block] = (blockSquares[block] ?? 0) + value * value;
  }
  const blockFactors = blockSquares.map((square, block) => (BLOCK_LENGTHS[block] ?? 1) / Math.sqrt(square));
  let squares = 0;
  for (let term = 0; term < indices.length; term++) {
    const feature = indices[term] ?? 0;
    const value = (raw[term] ?? 0) * (blockFactors[blockOf(feature)] ?? 0) * (weights[feature] ?? 0);
    raw[term] = value;
    squares += value * value;
  }
  const factor = squares > 0 ? rowNorm / Math.sqrt(squares) : 0;
  // A loop: Float32Array.from with a function costs ten times as much.
  const values = new Float32Array(raw.length);
  for (let term = 0; term < raw.length; term++) values[term] = (raw[term] ?? 0) * factor;
  return values;
}

/**
 * Builds the function from text to features that trainer and server share. It is synchronous and
 * reuses its scratch memory between calls; a text without any known n-gram gives an empty vector,
 * whatever its style: style alone must not carry the full row norm.
 */
export function createFeaturiser(parameters: FeaturiserParameters, ngramsOf: NgramSource = visitNgrams): Featuriser {
  const { hashes } = parameters;
  const blockOf = blocksOf(parameters);
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
    ngramsOf(text, count);
    const found = touched.subarray(0, size);
    const indices = found.some((feature) => blockOf(feature) !== STYLE) ? found.slice() : new Int32Array();
    const values = scale(indices, counts, parameters, blockOf);
    for (const feature of found) counts[feature] = 0;
    return { indices, values };
  };
}
