import { expect, test } from 'vitest';
import { stagesOf } from '../../../src/train/progress.js';

test('a training has a stage for the self-contained model when it makes one', () => {
  expect(stagesOf({})).toEqual(['data', 'measure', 'course', 'ship', 'write']);
  expect(stagesOf({ selfContained: true })).toEqual(['data', 'measure', 'course', 'ship', 'selfContained', 'write']);
});
