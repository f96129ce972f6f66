import { createHashIndex } from './hash-index.js';
import { type Ngrams, type NgramSource, ngramsOf } from './ngrams.js';

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

/** The lengths of the blocks before weighting. */
const WORD_LENGTH = 1;
const CHAR_LENGTH = 1;
const STYLE_LENGTH = 0.5;

/** 1 + ln(count), looked up: most counts are small. */
const DAMPENED = Float64Array.from({ length: 64 }, (_, count) => 1 + Math.log(count));
const dampened = (count: number): number => DAMPENED[count] ?? 1 + Math.log(count);

/**
 * Builds the function from text to features that trainer and server share. It is synchronous and
 * reuses its scratch memory between calls; a text without any known n-gram gives an empty vector,
 * whatever its style: style alone must not carry the full row norm.
 */
export function createFeaturiser(parameters: FeaturiserParameters, source: NgramSource = ngramsOf): Featuriser {
  const { hashes: known, wordFeatures, styleFeatures, idf, weights, rowNorm } = parameters;
  const firstStyle = known.length - styleFeatures;
  const index = createHashIndex(known.length * 2);
  for (const hash of known) index.intern(hash);
  /** Occurrences by feature, all 0 between calls. */
  const counts = new Uint32Array(known.length);
  /** The features of the text, in order of their first occurrence, and their values. */
  const features = new Int32Array(known.length);
  const scaled = new Float64Array(known.length);

  /** @returns how many features the text has */
  const count = ({ hashes, ends }: Ngrams): number => {
    let size = 0;
    for (let place = 0; place < ends.style; place++) {
      const feature = index.find(hashes[place] ?? 0);
      if (feature < 0) continue;
      const seen = counts[feature] ?? 0;
      if (seen === 0) features[size++] = feature;
      counts[feature] = seen + 1;
    }
    return size;
  };

  /**
   * Sublinear tf-idf, each block brought to its length, then weighted.
   * @returns the length of the vector
   */
  const scale = (size: number): number => {
    let words = 0;
    let chars = 0;
    let style = 0;
    for (let term = 0; term < size; term++) {
      const feature = features[term] ?? 0;
      const value = dampened(counts[feature] ?? 1) * (idf[feature] ?? 0);
      scaled[term] = value;
      if (feature < wordFeatures) words += value * value;
      else if (feature < firstStyle) chars += value * value;
      else style += value * value;
    }
    const wordFactor = WORD_LENGTH / Math.sqrt(words);
    const charFactor = CHAR_LENGTH / Math.sqrt(chars);
    // Style alone must not carry the full row norm.
    const styleFactor = words + chars > 0 ? STYLE_LENGTH / Math.sqrt(style) : 0;
    let squares = 0;
    for (let term = 0; term < size; term++) {
      const feature = features[term] ?? 0;
      const factor = feature < wordFeatures ? wordFactor : feature < firstStyle ? charFactor : styleFactor;
      const value = (scaled[term] ?? 0) * factor * (weights[feature] ?? 0);
      scaled[term] = value;
      squares += value * value;
    }
    return Math.sqrt(squares);
  };

  return (text) => {
    const size = count(source(text));
    const length = scale(size);
    const terms = length > 0 ? size : 0;
    const factor = rowNorm / length;
    const indices = features.slice(0, terms);
    const values = new Float32Array(terms);
    for (let term = 0; term < terms; term++) values[term] = (scaled[term] ?? 0) * factor;
    for (let term = 0; term < size; term++) counts[features[term] ?? 0] = 0;
    return { indices, values };
  };
}
