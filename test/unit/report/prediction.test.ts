import { describe, expect, it } from 'vitest';
import { formatPrediction } from '../../../src/report/prediction.js';

const probabilities = new Map([
  ['hate', 0.1],
  ['love', 0.8],
  ['worry', 0.1],
]);

describe('formatPrediction', () => {
  it('is the label alone without probabilities', () => {
    expect(formatPrediction({ label: 'love', probabilities: undefined }, false)).toBe('love\n');
  });

  it('ranks the probabilities', () => {
    expect(formatPrediction({ label: 'love', probabilities }, false).split('\n')).toEqual([
      'love',
      '  love   0.8000  ████████████████████████',
      '  hate   0.1000  ███',
      '  worry  0.1000  ███',
      '',
    ]);
  });

  it('is one JSON document when asked', () => {
    expect(JSON.parse(formatPrediction({ label: 'love', probabilities }, true))).toEqual({
      label: 'love',
      probabilities: { love: 0.8, hate: 0.1, worry: 0.1 },
    });
  });
});
