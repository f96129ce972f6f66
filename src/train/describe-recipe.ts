import { BUDGET, CALIBRATION_SHARE, OPTIMISER, PRIOR_CORRECTION } from './recipe.js';

/** The settings of our recipe, as `model.json` keeps them. */
export const RECIPE_SETTINGS = {
  wordFeatures: BUDGET.word.features,
  wordMinTexts: BUDGET.word.minTexts,
  charFeatures: BUDGET.char.features,
  charMinTexts: BUDGET.char.minTexts,
  styleFeatures: BUDGET.style.features,
  styleMinTexts: BUDGET.style.minTexts,
  rowNorm: BUDGET.rowNorm,
  smoothing: BUDGET.smoothing,
  ...OPTIMISER,
  priorCorrection: PRIOR_CORRECTION,
  calibrationShare: CALIBRATION_SHARE,
};

/** Our recipe in words, one item each. */
export const RECIPE_WORDS = [
  `Features: the ${BUDGET.word.features} most frequent word 1–2-grams and ${BUDGET.char.features} character 2–5-grams (at most), and a dozen traits of style (length, punctuation, capitals, whom the text addresses), as sublinear TF-IDF, weighted by how far each one moves the label distribution from the prior (KL divergence, smoothing ${BUDGET.smoothing}). Web addresses, mail addresses and @mentions are masked before anything is counted; n-grams are kept as 32-bit hashes, not as text.`,
  `Classifier: multinomial logistic regression (softmax), AdaGrad, ${OPTIMISER.epochs} epochs, rate ${OPTIMISER.rate}, L2 with C = ${OPTIMISER.c}; ${PRIOR_CORRECTION} of the log prior taken out of the bias, which helps rare labels and costs a little log loss; the scores then multiplied by the factor that fits a fifth of the training rows best when the rest is fitted without them.`,
];
