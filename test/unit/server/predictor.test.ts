import { expect, test } from 'vitest';
import { createAdmission } from '../../../src/server/admission.js';
import { createPredictor } from '../../../src/server/predictor.js';

const LABELS = ['short', 'long'];
/** Long texts are those of more than 5 characters. */
const classify = async (text: string): Promise<Float32Array> => {
  await new Promise((resolve) => setImmediate(resolve));
  return text.length > 5 ? Float32Array.of(0.2, 0.8) : Float32Array.of(0.8, 0.2);
};

function create(limit = 1000) {
  const counted: number[] = [];
  const seen: string[] = [];
  const admission = createAdmission(limit);
  const metrics = {
    answersOf: () => () => {},
    countPrediction: (label: number) => void counted.push(label),
    countRejection: () => void counted.push(-1),
    countUnparsable: () => {},
  };
  const model = { kind: 'features', sha256: '' } as const;
  const spy = (text: string): Promise<Float32Array> => {
    seen.push(text);
    return classify(text);
  };
  const predictor = createPredictor({ model, labels: LABELS, classify: spy }, admission, metrics);
  return { ...predictor, admission, counted, seen };
}

test('answers the most probable label, in order, and counts each', async () => {
  const { predict, predictAll, counted, admission } = create();
  expect((await predict('abc'))?.label).toBe('short');
  expect((await predictAll(['abcdefgh', 'a', 'abcdefgh']))?.map(({ label }) => label)).toEqual([
    'long',
    'short',
    'long',
  ]);
  expect(counted).toEqual([0, 1, 0, 1]);
  expect(admission.pending()).toBe(0);
});

test('others get their turn between the slices of a large batch', async () => {
  const { predict, predictAll, seen } = create();
  const large = Array.from({ length: 6 }, (_, number) => `${number}`.repeat(5000));
  const batch = predictAll(large);
  const other = predict('other');
  await Promise.all([batch, other]);
  // Two texts of 5000 characters make a slice.
  expect(seen).toEqual([large[0], large[1], 'other', ...large.slice(2)]);
});

test('turns away what there is no room for, before anything is done', () => {
  const { predict, predictAll, counted, seen } = create(2);
  void predictAll(['a', 'b']);
  expect(predict('c')).toBeUndefined();
  expect(predictAll(['c'])).toBeUndefined();
  expect(seen).toEqual(['a', 'b']);
  expect(counted).toEqual([-1, -1]);
});
