import { expect, test } from 'vitest';
import type { SparseVector } from '../../../src/model/featuriser.js';
import { pack, splitIntoBatches } from '../../../src/server/pack.js';

const vector = (...indices: number[]): SparseVector => ({
  indices: Int32Array.from(indices),
  values: Float32Array.from(indices, (index) => index / 2),
});
const sizeOf = ({ indices }: SparseVector): number => indices.length;
const ofLength = (length: number): SparseVector => vector(...Array.from({ length }, (_, n) => n));

test('pads rows with feature 0 of value 0', () => {
  expect(pack([vector(4), vector(), vector(2, 6)])).toEqual({
    texts: 3,
    terms: 2,
    indices: Int32Array.of(4, 0, 0, 0, 2, 6),
    values: Float32Array.of(2, 0, 0, 0, 1, 3),
  });
});

test('never gives the graph an empty axis', () => {
  expect(pack([vector()])).toMatchObject({ texts: 1, terms: 1 });
});

test('cuts by the padded size, in order, and loses nothing', () => {
  const vectors = [3, 3, 50, 3, 3, 0].map(ofLength);
  const batches = splitIntoBatches(vectors, sizeOf, 10);
  expect(batches.map((batch) => batch.map(({ indices }) => indices.length))).toEqual([[3, 3], [50], [3, 3, 0]]);
  expect(batches.flat()).toEqual(vectors);
  expect(splitIntoBatches([], sizeOf, 10)).toEqual([]);
});
