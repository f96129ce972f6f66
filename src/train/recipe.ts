import { type FeaturiserParameters, createFeaturiser } from '../model/featuriser.js';
import { type NgramSource, ngramsOf } from '../model/ngrams.js';
import { calibrate, chooseSharpness } from './calibrate.js';
import { type FeatureBudget, fitFeaturiser } from './fit-featuriser.js';
import { seededRandom, shuffle } from './random.js';
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
  /** Factor on the scores, already part of the model's weights and bias. */
  sharpness: number;
}

/** Gets one line per finished stage and is waited for; it may throw to stop the training. */
export type Progress = (line: string) => void | Promise<void>;

/** Found on validation parts of the tweet data's training rows; its test part had no say. */
export const BUDGET: FeatureBudget = {
  word: { features: 8000, minTexts: 2 },
  char: { features: 16_000, minTexts: 5 },
  style: { features: 200, minTexts: 2 },
  rowNorm: 1.4,
  smoothing: 100,
};
export const OPTIMISER = { epochs: 5, rate: 0.2, c: 0.25 };
/** Gives rare labels a chance, for a little log loss. */
export const PRIOR_CORRECTION = 0.5;
/** Share of the training rows that a first fit does not see, to choose the sharpness on them. */
export const CALIBRATION_SHARE = 0.2;

/** What a model may do its own way and still be of this recipe. */
export interface RecipeVariant {
  source: NgramSource;
  budget: FeatureBudget;
}

/** The share of each class among the rows. */
export function sharesOf(classes: Int32Array, classCount: number): Float64Array {
  const shares = new Float64Array(classCount);
  for (const number of classes) shares[number] = (shares[number] ?? 0) + 1 / classes.length;
  return shares;
}

/** What both fits of a training have in common. */
interface FitContext extends RecipeVariant {
  prior: Float64Array;
  seed: number;
  onEpoch: () => void | Promise<void>;
}

async function fitUncalibrated(
  { texts, classes }: LabelledTexts,
  { prior, seed, source, budget, onEpoch }: FitContext,
  progress: Progress,
): Promise<Omit<FittedModel, 'sharpness'>> {
  const parameters = fitFeaturiser(texts, classes, prior, budget, source);
  const { wordFeatures, styleFeatures, hashes } = parameters;
  const charFeatures = hashes.length - wordFeatures - styleFeatures;
  await progress(`chose ${wordFeatures} word, ${charFeatures} character and ${styleFeatures} style features`);

  const rows = texts.map(createFeaturiser(parameters, source));
  await progress(`computed the features of ${rows.length} rows`);

  const settings = { ...OPTIMISER, seed };
  return { parameters, model: await fitSoftmaxRegression(rows, classes, hashes.length, prior, settings, onEpoch) };
}

const pick = ({ texts, classes }: LabelledTexts, rows: Int32Array): LabelledTexts => ({
  texts: Array.from(rows, (row) => texts[row] ?? ''),
  classes: rows.map((row) => classes[row] ?? 0),
});

/** Which rows go where is drawn by the seed. */
function splitOff(part: LabelledTexts, share: number, seed: number): { most: LabelledTexts; others: LabelledTexts } {
  const order = Int32Array.from(part.texts.keys());
  shuffle(order, seededRandom(seed));
  const count = Math.floor(order.length * share);
  return { most: pick(part, order.subarray(count)), others: pick(part, order.subarray(0, count)) };
}

/** Fits most of the rows and finds the sharpness that suits the others. */
async function findSharpness(part: LabelledTexts, context: FitContext, progress: Progress): Promise<number> {
  const { prior, seed, source } = context;
  const { most, others } = splitOff(part, CALIBRATION_SHARE, seed);
  const { parameters, model } = await fitUncalibrated(most, context, (line) => progress(`calibration: ${line}`));
  const rows = others.texts.map(createFeaturiser(parameters, source));
  const sharpness = chooseSharpness(model, rows, others.classes, prior, PRIOR_CORRECTION);
  await progress(`calibration: scores times ${sharpness} suit the rows that were put aside`);
  return sharpness;
}

/**
 * Fits features and classifier, calibrated by a first fit to most of the rows. Pure: the same input
 * gives the same bits. Without any n-gram that occurs often enough there are no features:
 * `parameters.hashes` is empty and the model knows the prior only.
 */
export async function fitRecipe(
  part: LabelledTexts,
  classCount: number,
  seed: number,
  progress: Progress = () => {},
  variant: RecipeVariant = { source: ngramsOf, budget: BUDGET },
): Promise<FittedModel> {
  const prior = sharesOf(part.classes, classCount);
  let epoch = 0;
  const onEpoch = (): void | Promise<void> => {
    epoch += 1;
    return progress(`epoch ${epoch} of ${2 * OPTIMISER.epochs}`);
  };
  const context: FitContext = { ...variant, prior, seed, onEpoch };
  const sharpness = await findSharpness(part, context, progress);
  const { parameters, model } = await fitUncalibrated(part, context, progress);
  return { parameters, sharpness, model: calibrate(model, prior, { sharpness, priorCorrection: PRIOR_CORRECTION }) };
}

/** The function from text to one probability per label. */
export function createPredictor(
  { parameters, model }: FittedModel,
  source: NgramSource = ngramsOf,
): (text: string) => Float64Array {
  const featurise = createFeaturiser(parameters, source);
  return (text) => predictProbabilities(model, featurise(text));
}
