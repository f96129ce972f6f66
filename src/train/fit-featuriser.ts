import { createHashIndex } from '../model/hash-index.js';
import { type NgramKind, type Ngrams, type NgramSource, ngramsOf } from '../model/ngrams.js';
import type { FeaturiserParameters } from '../model/featuriser.js';

/** How many n-grams and traits become features, and in how many texts one must occur to be considered. */
export interface FeatureBudget {
  word: { features: number; minTexts: number };
  char: { features: number; minTexts: number };
  style: { features: number; minTexts: number };
  rowNorm: number;
  /** Pseudo-texts of the prior that smooth a feature's label distribution. */
  smoothing: number;
}

interface Candidate {
  hash: number;
  kind: NgramKind;
  /** Number of texts that hold it. */
  texts: number;
}

const kindAt = ({ ends }: Ngrams, place: number): NgramKind =>
  place < ends.word ? 'word' : place < ends.char ? 'char' : 'style';

function countNgrams(texts: string[], source: NgramSource): Candidate[] {
  const index = createHashIndex(2 ** 20);
  const candidates: Candidate[] = [];
  const lastText: number[] = [];
  for (const [number, text] of texts.entries()) {
    const ngrams = source(text);
    for (let place = 0; place < ngrams.ends.style; place++) {
      const hash = ngrams.hashes[place] ?? 0;
      const id = index.intern(hash);
      if (id === candidates.length) {
        candidates.push({ hash, kind: kindAt(ngrams, place), texts: 0 });
        lastText.push(-1);
      }
      const candidate = candidates[id];
      if (candidate === undefined || lastText[id] === number) continue;
      lastText[id] = number;
      candidate.texts += 1;
    }
  }
  return candidates;
}

/** The most frequent first; equal ones by hash, so that the choice does not depend on the rows' order. */
function select(candidates: Candidate[], kind: NgramKind, budget: FeatureBudget): Candidate[] {
  const { features, minTexts } = budget[kind];
  return candidates
    .filter((candidate) => candidate.kind === kind && candidate.texts >= minTexts)
    .toSorted((a, b) => b.texts - a.texts || a.hash - b.hash)
    .slice(0, features);
}

/** Texts per feature and class, row by row. */
function countClasses(
  texts: string[],
  classes: Int32Array,
  hashes: Int32Array,
  classCount: number,
  source: NgramSource,
): Uint32Array {
  const index = createHashIndex(hashes.length * 2);
  for (const hash of hashes) index.intern(hash);
  const counts = new Uint32Array(hashes.length * classCount);
  const lastText = new Int32Array(hashes.length).fill(-1);
  for (const [number, text] of texts.entries()) {
    const label = classes[number] ?? 0;
    const { hashes: found, ends } = source(text);
    for (let place = 0; place < ends.style; place++) {
      const feature = index.find(found[place] ?? 0);
      if (feature < 0 || lastText[feature] === number) continue;
      lastText[feature] = number;
      const cell = feature * classCount + label;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  return counts;
}

/** KL(p(class | feature) ‖ prior) in nats. */
function divergence(counts: Uint32Array, prior: Float64Array, smoothing: number): number {
  const total = counts.reduce((sum, count) => sum + count, smoothing);
  return prior.reduce((sum, share, label) => {
    const probability = ((counts[label] ?? 0) + smoothing * share) / total;
    return sum + probability * Math.log(probability / share);
  }, 0);
}

function informationWeights(counts: Uint32Array, prior: Float64Array, smoothing: number): Float32Array {
  const features = counts.length / prior.length;
  const roots = Float64Array.from({ length: features }, (_, feature) => {
    const row = counts.subarray(feature * prior.length, (feature + 1) * prior.length);
    return Math.sqrt(Math.max(0, divergence(row, prior, smoothing)));
  });
  const mean = roots.reduce((sum, root) => sum + root, 0) / features;
  return Float32Array.from(roots, (root) => (mean > 0 ? root / mean : 1));
}

/**
 * Chooses the n-grams and traits that become features and measures how much each one tells about the
 * label. Traits without any n-gram make no features.
 * @param prior share of each class in the training texts, all above 0
 */
export function fitFeaturiser(
  texts: string[],
  classes: Int32Array,
  prior: Float64Array,
  budget: FeatureBudget,
  source: NgramSource = ngramsOf,
): FeaturiserParameters {
  const candidates = countNgrams(texts, source);
  const words = select(candidates, 'word', budget);
  const ngrams = [...words, ...select(candidates, 'char', budget)];
  const style = ngrams.length === 0 ? [] : select(candidates, 'style', budget);
  const chosen = [...ngrams, ...style];
  const hashes = Int32Array.from(chosen, ({ hash }) => hash);
  const counts = countClasses(texts, classes, hashes, prior.length, source);
  return {
    wordFeatures: words.length,
    styleFeatures: style.length,
    hashes,
    idf: Float32Array.from(chosen, (candidate) => Math.log((1 + texts.length) / (1 + candidate.texts)) + 1),
    weights: informationWeights(counts, prior, budget.smoothing),
    rowNorm: budget.rowNorm,
  };
}
