/** The non-zero values of many vectors, one after the other: row n is `offsets[n]` to `offsets[n + 1]`. */
export interface SparseRows {
  offsets: Int32Array;
  indices: Int32Array;
  values: Float64Array;
}

/** What scikit-learn's TfidfVectorizer learns from texts. */
export interface Tfidf {
  /** From a word to the number of its feature; alphabetical. */
  vocabulary: Map<string, number>;
  idf: Float64Array;
}

/** Python's `(?u)\b\w\w+\b`: runs of two and more letters, digits and underscores of any script. */
const TOKEN = /[\p{L}\p{N}_]{2,}/gu;

const tokenize = (text: string): string[] => text.toLowerCase().match(TOKEN) ?? [];

interface Frequency {
  occurrences: number;
  /** Number of texts that hold it. */
  texts: number;
  lastText: number;
}

function countWords(texts: string[]): Map<string, Frequency> {
  const words = new Map<string, Frequency>();
  for (const [number, text] of texts.entries()) {
    for (const word of tokenize(text)) {
      let frequency = words.get(word);
      if (frequency === undefined) words.set(word, (frequency = { occurrences: 0, texts: 0, lastText: -1 }));
      frequency.occurrences += 1;
      if (frequency.lastText !== number) frequency.texts += 1;
      frequency.lastText = number;
    }
  }
  return words;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/**
 * `TfidfVectorizer(max_features=maxFeatures)` with scikit-learn's defaults: the words that occur
 * most, smooth idf. scikit-learn leaves open which of equally frequent words is the last to get in;
 * here it is the first in the alphabet.
 */
export function fitTfidf(texts: string[], maxFeatures: number): Tfidf {
  const chosen = [...countWords(texts)]
    .toSorted(([a, left], [b, right]) => right.occurrences - left.occurrences || byCodeUnits(a, b))
    .slice(0, maxFeatures)
    .toSorted(([a], [b]) => byCodeUnits(a, b));
  return {
    vocabulary: new Map(chosen.map(([word], feature) => [word, feature])),
    idf: Float64Array.from(chosen, ([, frequency]) => Math.log((1 + texts.length) / (1 + frequency.texts)) + 1),
  };
}

function countFeatures(text: string, vocabulary: Map<string, number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const word of tokenize(text)) {
    const feature = vocabulary.get(word);
    if (feature !== undefined) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  return counts;
}

/** Term counts times idf, each text's vector of Euclidean length 1; without a known word all 0. */
export function transformTfidf({ vocabulary, idf }: Tfidf, texts: string[]): SparseRows {
  const offsets = new Int32Array(texts.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (const [number, text] of texts.entries()) {
    const weighted = [...countFeatures(text, vocabulary)].map(
      ([feature, count]) => [feature, count * (idf[feature] ?? 0)] as const,
    );
    const length = Math.sqrt(weighted.reduce((sum, [, value]) => sum + value * value, 0));
    for (const [feature, value] of weighted) {
      indices.push(feature);
      values.push(value / length);
    }
    offsets[number + 1] = indices.length;
  }
  return { offsets, indices: Int32Array.from(indices), values: Float64Array.from(values) };
}
