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

const evaluation = z.object({
  rows: count,
  accuracy: share,
  macroF1: share,
  logLoss: z.number().nonnegative(),
  ece: share,
  perClass: z.array(z.object({ label: z.string(), rows: count, precision: share, recall: share, f1: share })),
  confusion: z.array(z.array(count)),
});

const featuriser = z
  .object({
    type: z.literal('hashed-ngrams'),
    version: z.literal(FEATURISER_VERSION),
    features: z.int().positive(),
    wordFeatures: count,
    rowNorm: z.number().positive(),
    /** Little-endian, base64: int32 hashes, float32 idf, float32 weights; one each per feature. */
    hashes: base64,
    idf: base64,
    weights: base64,
  })
  .refine(({ features, wordFeatures }) => wordFeatures <= features, 'wordFeatures must not exceed features')
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
    data: z.object({
      file: z.string(),
      sha256,
      textColumn: z.string(),
      labelColumn: z.string(),
      rows: count,
      trainRows: count,
      testRows: count,
    }),
    training: z.object({
      seed: z.int(),
      testShare: share,
      epochs: z.int().positive(),
      rate: z.number().positive(),
      c: z.number().positive(),
      smoothing: z.number().nonnegative(),
      priorCorrection: share,
    }),
    metrics: z.object({ model: evaluation, majority: evaluation }),
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
  rowNorm: parameters.rowNorm,
  hashes: encode(parameters.hashes),
  idf: encode(parameters.idf),
  weights: encode(parameters.weights),
});

export const decodeFeaturiser = (encoded: ModelMetadata['featuriser']): FeaturiserParameters => ({
  wordFeatures: encoded.wordFeatures,
  rowNorm: encoded.rowNorm,
  hashes: new Int32Array(decode(encoded.hashes)),
  idf: new Float32Array(decode(encoded.idf)),
  weights: new Float32Array(decode(encoded.weights)),
});
