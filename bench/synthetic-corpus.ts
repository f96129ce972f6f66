import { seededRandom } from '../src/train/random.js';
import { inventWord, makeSentences } from '../src/bench/sentences.js';

/** Labelled texts, row by row. */
export interface Corpus {
  texts: string[];
  labels: string[];
}

/** The course's thirteen. */
const LABELS = 'anger boredom empty enthusiasm fun happiness hate love neutral relief sadness surprise worry'.split(
  ' ',
);
const ROWS = 10_000;
/** Invented words per text: enough for the 5000 terms that the vectorizer may keep. */
const RARE_WORDS = 2;
const SEED = 7;

/**
 * Texts with labels by chance, for a machine that has no data set: a model of them predicts nothing,
 * but it has as many terms and labels as a real one and costs as much to run.
 */
export function makeSyntheticCorpus(): Corpus {
  const random = seededRandom(SEED);
  const texts = makeSentences(ROWS, SEED).map((sentence) =>
    [sentence, ...Array.from({ length: RARE_WORDS }, () => inventWord(random))].join(' '),
  );
  return { texts, labels: texts.map((_text, row) => LABELS[row % LABELS.length] ?? '') };
}
