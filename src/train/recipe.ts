import { type FeaturiserParameters, createFeaturiser } from '../model/featuriser.js';
import { type FeatureBudget, fitFeaturiser } from './fit-featuriser.js';
import { type LinearModel, fitSoftmaxRegression, predictProbabilities } from './softmax-regression.js';

/** Texts with the number of each one's label. */
export interface LabelledTexts {
  texts: string[];
  classes: Int32Array;
}

/** What training makes of labelled texts: all that a prediction needs. */
export interface FittedModel {
  parameters: FeaturiserParameters;
  model: LinearModel;
}

/** Gets one line per finished stage and is waited for; it may throw to stop the training. */
export type Progress = (line: string) => void | Promise<void>;

/** Found on validation parts of the tweet data's training rows; its test part had no say. */
export const BUDGET: FeatureBudget = {
  word: { features: 8000, minTexts: 2 },
  char: { features: 16_000, minTexts: 5 },
  rowNorm: 1.4,
  smoothing: 40,
};
export const OPTIMISER = { epochs: 4, rate: 0.2, c: 0.5 };
/**
 * How much of the prior is taken out of the bias: rare labels get a chance, for a little log loss.
 */
export const PRIOR_CORRECTION = 0.2;

/** The share of each class among the rows. */
export function sharesOf(classes: Int32Array, classCount: number): Float64Array {
  const shares = new Float64Array(classCount);
  for (const number of classes) shares[number] = (shares[number] ?? 0) + 1 / classes.length;
  return shares;
}

const correctPrior = (model: LinearModel, prior: Float64Array): LinearModel => ({
  ...model,
  bias: model.bias.map((value, label) => value - PRIOR_CORRECTION * Math.log(prior[label] ?? 1)),
});

/**
 * Fits features and classifier. Pure: the same input gives the same bits. Without any n-gram that
 * occurs often enough there are no features: `parameters.hashes` is empty and the model knows the prior only.
 */
export async function fitRecipe(
  { texts, classes }: LabelledTexts,
  classCount: number,
  seed: number,
  progress: Progress = () => {},
): Promise<FittedModel> {
  const prior = sharesOf(classes, classCount);
  const parameters = fitFeaturiser(texts, classes, prior, BUDGET);
  const features = parameters.hashes.length;
  await progress(`chose ${parameters.wordFeatures} word and ${features - parameters.wordFeatures} character features`);

  const rows = texts.map(createFeaturiser(parameters));
  await progress('computed the features of the training rows');

  const fitted = await fitSoftmaxRegression(rows, classes, features, prior, { ...OPTIMISER, seed }, (epoch) =>
    progress(`epoch ${epoch} of ${OPTIMISER.epochs}`),
  );
  return { parameters, model: correctPrior(fitted, prior) };
}

/** The function from text to one probability per label. */
export function createPredictor({ parameters, model }: FittedModel): (text: string) => Float64Array {
  const featurise = createFeaturiser(parameters);
  return (text) => predictProbabilities(model, featurise(text));
}
