import { expect, test } from 'vitest';
import { decodeFeaturiser, encodeFeaturiser } from '../../../src/model/metadata.js';

test('featuriser parameters survive JSON bit for bit', () => {
  const parameters = {
    wordFeatures: 1,
    styleFeatures: 1,
    rowNorm: 1.4,
    hashes: Int32Array.of(-2_147_483_648, 5, 2_147_483_647),
    idf: Float32Array.of(1.1, 2.2, 3.3),
    weights: Float32Array.of(0, 1e-7, 1 / 3),
  };
  expect(decodeFeaturiser(JSON.parse(JSON.stringify(encodeFeaturiser(parameters))))).toEqual(parameters);
});
