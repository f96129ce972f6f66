import { describe, expect, test } from 'vitest';
import { compareModels } from '../../../src/train/compare.js';
import { evaluate } from '../../../src/train/evaluate.js';
import { seededRandom } from '../../../src/train/random.js';

const ROWS = 2000;
const random = seededRandom(7);
const targets = Int32Array.from({ length: ROWS }, (_, row) => row % 3);
/** Right on about this share of the rows, and sure of it. */
const answering = (share: number): Float64Array[] =>
  Array.from(targets, (target) => {
    const answer = random() < share ? target : (target + 1) % 3;
    return Float64Array.from([0, 1, 2], (label) => (label === answer ? 0.8 : 0.1));
  });
const good = answering(0.8);
const fair = answering(0.7);

describe('compareModels', () => {
  test('the standard error of accuracy is the binomial one', () => {
    const { accuracy } = evaluate(good, targets, ['a', 'b', 'c']);
    const { standardErrors } = compareModels([good, fair], targets, 3, 1);
    expect(standardErrors[0]?.accuracy).toBeCloseTo(Math.sqrt((accuracy * (1 - accuracy)) / ROWS), 3);
  });

  test('the difference is that of the figures, its interval around it', () => {
    const [better, worse] = [good, fair].map((model) => evaluate(model, targets, ['a', 'b', 'c']));
    const { difference } = compareModels([good, fair], targets, 3, 1);
    for (const figure of ['accuracy', 'macroF1', 'logLoss'] as const) {
      const found = difference[figure];
      expect(found.difference).toBeCloseTo((better?.[figure] ?? 0) - (worse?.[figure] ?? 0), 10);
      expect(found.low).toBeLessThan(found.difference);
      expect(found.high).toBeGreaterThan(found.difference);
    }
    expect(difference.accuracy.low).toBeGreaterThan(0);
    expect(difference.logLoss.high).toBeLessThan(0);
  });

  test('is paired: a model does not differ from itself', () => {
    const { difference } = compareModels([good, good], targets, 3, 1);
    expect(difference.accuracy).toEqual({ difference: 0, low: 0, high: 0 });
  });

  test('depends on the seed alone', () => {
    expect(compareModels([good, fair], targets, 3, 1)).toEqual(compareModels([good, fair], targets, 3, 1));
    expect(compareModels([good, fair], targets, 3, 1)).not.toEqual(compareModels([good, fair], targets, 3, 2));
  });
});
