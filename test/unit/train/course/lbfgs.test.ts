import { expect, test } from 'vitest';
import { minimize } from '../../../../src/train/course/lbfgs.js';

/** A narrow valley: (x − 3)² + 1000 (y + 2)² + (x − 3)(y + 2) */
const valley = ([x = 0, y = 0]: Float64Array, gradient: Float64Array): number => {
  const [a, b] = [x - 3, y + 2];
  gradient.set([2 * a + b, 2000 * b + a]);
  return a * a + 1000 * b * b + a * b;
};

test('finds the lowest point of a badly scaled valley', async () => {
  const point = await minimize(valley, 2, { tolerance: 1e-9, maxIterations: 100 });
  expect(point[0]).toBeCloseTo(3, 8);
  expect(point[1]).toBeCloseTo(-2, 8);
});

test('stops at the tolerance, or after so many iterations', async () => {
  const told: number[] = [];
  await minimize(valley, 2, { tolerance: 1e-9, maxIterations: 3 }, (iteration) => void told.push(iteration));
  expect(told).toEqual([1, 2, 3]);
  expect(await minimize(valley, 2, { tolerance: 1e9, maxIterations: 3 })).toEqual(new Float64Array(2));
});
