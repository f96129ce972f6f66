import { configError } from '../../errors.js';
import type { FeatureBudget } from '../fit-featuriser.js';
import { BUDGET, createPredictor, fitRecipe, type LabelledTexts, type Progress } from '../recipe.js';
import type { SpelledModel } from './export-graph.js';
import { fixedNumbering, growingNumbering, ngramSource, partsOf, remembering } from './vocabulary.js';

/** A model that a graph can compute from the text on. */
export interface SelfContainedModel extends SpelledModel {
  /** What the graph computes: one probability per label. */
  predict: (text: string) => Float64Array;
}

/** Fits the recipe. Pure: the same input gives the same bits. */
export type FitSelfContained = (part: LabelledTexts, progress: Progress) => Promise<SelfContainedModel>;

/** The vocabulary can be read in the file: what fewer texts hold stays out of it. */
const MIN_TEXTS = 5;

const budget: FeatureBudget = {
  ...BUDGET,
  word: { ...BUDGET.word, minTexts: Math.max(BUDGET.word.minTexts, MIN_TEXTS) },
  char: { ...BUDGET.char, minTexts: Math.max(BUDGET.char.minTexts, MIN_TEXTS) },
};

/**
 * Makes a function that fits the recipe on the n-grams which a graph can find by itself. What it
 * learnt about texts in one fit makes the next one on the same texts faster.
 * @throws FortressError (exit 2), from the function, when no n-gram occurs often enough
 */
export function createSelfContainedFit(classCount: number, seed: number): FitSelfContained {
  const { numberOf, keys } = growingNumbering();
  const source = remembering(ngramSource(numberOf));
  return async (part, progress) => {
    const fitted = await fitRecipe(part, classCount, seed, progress, { source, budget });
    const chosen = Array.from(fitted.parameters.hashes, (number) => keys[number] ?? '');
    if (chosen.length === 0) {
      throw configError('The texts have too little in common for a self-contained model', {
        why: `Nothing occurs in ${MIN_TEXTS} of the ${part.texts.length} texts; what is rarer must not be readable in the file.`,
        hint: 'Add rows, or train without --self-contained',
      });
    }
    const parameters = { ...fitted.parameters, hashes: Int32Array.from(chosen.keys()) };
    const model = { ...fitted, parameters, ngrams: chosen.map(partsOf) };
    return { ...model, predict: createPredictor(model, ngramSource(fixedNumbering(chosen))) };
  };
}
