import * as z from 'zod';
import type { FeaturiserParameters } from './featuriser.js';

/** Raised when a reader of the old format would misread the new one. */
export const FORMAT = 'fortress-model';
export const FORMAT_VERSION = 1;

/** Raised when the same text would give other features: normalization, n-grams, hashing or scaling changed. */
const FEATURISER_VERSION = 1;

/** Names in the ONNX graph. Both inputs are `[texts, terms]`, padded with feature 0 of value 0. */
export const Graph = {
  indices: 'indices',
  values: 'values',
  probabilities: 'probabilities',
} as const;

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const sha256 = z.string().regex(/^[\da-f]{64}$/, 'must be a sha256 in hexadecimal digits');
const base64 = z.base64();

const figures = z.object({ accuracy: share, macroF1: share, logLoss: z.number().nonnegative() });

/** What is optional from here on is missing in models of earlier versions. */
const evaluation = figures.extend({
  rows: count,
  ece: share,
  /** How far each figure may be off by the choice of the held-out rows. */
  standardErrors: z.record(figures.keyof(), z.number().nonnegative()).optional(),
  /** One entry per tenth of confidence, from 0–0.1 on. */
  calibration: z.array(z.object({ rows: count, confidence: share, accuracy: share })).optional(),
  perClass: z.array(z.object({ label: z.string(), rows: count, precision: share, recall: share, f1: share })),
  /** `confusion[true][predicted]` in rows. */
  confusion: z.array(z.array(count)),
});

const interval = z.object({ difference: z.number(), low: z.number(), high: z.number() });

const metrics = z.object({
  model: evaluation,
  /** The course's recipe, fitted on the same rows. */
  course: evaluation.optional(),
  majority: evaluation,
  /** Ours minus the course's, with the 95 % interval of a paired bootstrap. */
  versusCourse: z.record(figures.keyof(), interval).optional(),
});

const data = z.object({
  file: z.string(),
  sha256,
  textColumn: z.string(),
  labelColumn: z.string(),
  rows: count,
  /** Rows that the measured model was fitted on. */
  trainRows: count,
  /** Rows that it was measured on. */
  testRows: count,
  /** Rows that the model in the file was fitted on, by the same recipe. */
  shippedRows: count.optional(),
  /** Groups of rows with the same text, and how many of them carry different labels. */
  duplicates: z.object({ groups: count, conflicting: count }).optional(),
});

/** Our model as each of the graphs that can serve it. */
const design = figures.extend({
  name: z.string(),
  file: z.string(),
  /** All that a prediction needs. */
  bytes: count,
  /** Share of the held-out texts that get the label which the first design gives. */
  agreement: share,
  /** CPU time from text to probabilities, one text at a time on one thread; null when it was not measured. */
  microsecondsPerText: z.number().positive().nullable(),
});

const featuriser = z
  .object({
    type: z.literal('hashed-ngrams'),
    version: z.literal(FEATURISER_VERSION),
    features: z.int().positive(),
    wordFeatures: count,
    styleFeatures: count,
    rowNorm: z.number().positive(),
    /** Little-endian, base64: int32 hashes, float32 idf, float32 weights; one each per feature. */
    hashes: base64,
    idf: base64,
    weights: base64,
  })
  .refine(
    ({ features, wordFeatures, styleFeatures }) => wordFeatures + styleFeatures <= features,
    'wordFeatures and styleFeatures must not exceed features',
  )
  .refine(
    ({ features, ...tables }) =>
      [tables.hashes, tables.idf, tables.weights].every((table) => Buffer.byteLength(table, 'base64') === features * 4),
    'hashes, idf and weights must hold 4 bytes per feature',
  );

export const metadataSchema = z
  .object({
    format: z.literal(FORMAT),
    version: z.literal(FORMAT_VERSION),
    labels: z.array(z.string().min(1)).min(2),
    model: z.object({ file: z.string(), bytes: count, sha256 }),
    data,
    /** Seed, share of held-out rows, and the settings of the recipe under the names that it gives them. */
    training: z.looseObject({ seed: z.int(), testShare: share }),
    metrics,
    designs: z.array(design).optional(),
    /** Sizes of the files beside this one. */
    files: z.array(z.object({ name: z.string(), bytes: count })).optional(),
    /** Of the values whose names don't tell. */
    units: z.record(z.string(), z.string()).optional(),
    featuriser,
    golden: z.array(z.object({ text: z.string(), probabilities: z.array(share) })).min(1),
  })
  .refine(
    ({ labels, golden }) => golden.every(({ probabilities }) => probabilities.length === labels.length),
    'every golden vector must hold one probability per label',
  );

/** What `model.json` says about the `model.onnx` beside it. */
export type ModelMetadata = z.infer<typeof metadataSchema>;

const encode = ({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** A copy whose start is aligned, as typed arrays demand. */
const decode = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, 'base64')).buffer;

export const encodeFeaturiser = (parameters: FeaturiserParameters): ModelMetadata['featuriser'] => ({
  type: 'hashed-ngrams',
  version: FEATURISER_VERSION,
  features: parameters.hashes.length,
  wordFeatures: parameters.wordFeatures,
  styleFeatures: parameters.styleFeatures,
  rowNorm: parameters.rowNorm,
  hashes: encode(parameters.hashes),
  idf: encode(parameters.idf),
  weights: encode(parameters.weights),
});

export const decodeFeaturiser = (encoded: ModelMetadata['featuriser']): FeaturiserParameters => ({
  wordFeatures: encoded.wordFeatures,
  styleFeatures: encoded.styleFeatures,
  rowNorm: encoded.rowNorm,
  hashes: new Int32Array(decode(encoded.hashes)),
  idf: new Float32Array(decode(encoded.idf)),
  weights: new Float32Array(decode(encoded.weights)),
});
