import type { Progress } from '../progress.js';
import type { LabelledTexts } from '../recipe.js';
import { fitLogisticRegression, predictLogistic } from './logistic-regression.js';
import { fitTfidf, transformTfidf } from './tfidf.js';

/** Of the course's notebook; the rest is as scikit-learn has it by default. */
const MAX_FEATURES = 5000;
/** Largest part of the gradient where the solver starts and where it ends, roughly, in powers of ten. */
const [START, END] = [-1, -6];

/** Iterations; some 30 ms each. */
const REPORT_EVERY = 25;

/** How far the solver has come: its gradient falls by about the same factor in each step. */
const doneAt = (gradient: number): number => Math.min(1, Math.max(0, (Math.log10(gradient) - START) / (END - START)));

/**
 * The yardstick: what the MLOps course does (TfidfVectorizer(max_features=5000) and
 * LogisticRegression()), fitted on some texts and asked about others.
 * @returns one array per test text, one probability per class
 */
export async function predictByCourseRecipe(
  { texts, classes }: LabelledTexts,
  test: string[],
  classCount: number,
  progress: Progress = () => {},
): Promise<Float64Array[]> {
  const tfidf = fitTfidf(texts, MAX_FEATURES);
  const rows = transformTfidf(tfidf, texts);
  await progress(`counted ${tfidf.vocabulary.size} words`, 0);
  let furthest = 0;
  const model = await fitLogisticRegression(rows, classes, tfidf.vocabulary.size, classCount, (iteration, gradient) => {
    furthest = Math.max(furthest, doneAt(gradient));
    return iteration % REPORT_EVERY === 0 ? progress(`iteration ${iteration}`, furthest) : undefined;
  });
  return predictLogistic(model, transformTfidf(tfidf, test));
}
