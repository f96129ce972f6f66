import { describe, expect, it } from 'vitest';
import { labelOf, probabilitiesOf } from '../../../src/verify/prediction.js';
import { makeReply } from './support/results.js';

describe('labelOf', () => {
  it('reads the label of a prediction', () => {
    expect(labelOf(makeReply(200, '{"prediction value": "love"}'), ['love'])).toEqual({ label: 'love' });
    expect(labelOf(makeReply(200, '{"prediction value": "meh"}'), [])).toEqual({ label: 'meh' });
  });

  it.each([
    [makeReply(200, '{"prediction value": "meh"}'), 'unknown label "meh"'],
    [makeReply(200, '{"prediction value": 3}'), '"prediction value" is 3'],
    [makeReply(200, 'welcome to nginx'), '200 without "prediction value"'],
    [makeReply(200, 'null'), '200 without "prediction value"'],
    [makeReply(503), '503'],
    [makeReply(null), 'no answer: the connection was refused'],
  ])('says what is wrong', (reply, problem) => {
    expect(labelOf(reply, ['love'])).toEqual({ problem });
  });
});

const withTable = (table: unknown): string => JSON.stringify({ prediction_proba_dict: table });

describe('probabilitiesOf', () => {
  it('reads a table of numbers and nothing else', () => {
    expect(probabilitiesOf(makeReply(200, withTable({ love: 0.7, hate: 0.3 })))).toEqual(
      new Map([
        ['love', 0.7],
        ['hate', 0.3],
      ]),
    );
    expect(probabilitiesOf(makeReply(200, withTable({ love: '70%' })))).toBeUndefined();
    expect(probabilitiesOf(makeReply(200, withTable(null)))).toBeUndefined();
    expect(probabilitiesOf(makeReply(200, '{}'))).toBeUndefined();
  });
});
