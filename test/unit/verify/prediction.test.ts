import { describe, expect, it } from 'vitest';
import {
  hasProbabilities,
  labelOf,
  predictionRequest,
  probabilitiesOf,
  USUAL_FIELDS,
} from '../../../src/verify/prediction.js';
import type { TargetSpec } from '../../../src/verify/target.js';
import { makeReply } from './support/results.js';

describe('labelOf', () => {
  it('reads the label of a prediction', () => {
    expect(labelOf(makeReply(200, '{"prediction value": "love"}'), USUAL_FIELDS, ['love'])).toEqual({ label: 'love' });
    expect(labelOf(makeReply(200, '{"prediction value": "meh"}'), USUAL_FIELDS)).toEqual({ label: 'meh' });
  });

  it.each([
    [makeReply(200, '{"prediction value": "meh"}'), 'unknown label "meh"'],
    [makeReply(200, '{"prediction value": 3}'), '"prediction value" is 3'],
    [makeReply(200, 'welcome to nginx'), '200 without "prediction value"'],
    [makeReply(200, 'null'), '200 without "prediction value"'],
    [makeReply(503), '503'],
    [makeReply(null), 'no answer: the connection was refused'],
  ])('says what is wrong', (reply, problem) => {
    expect(labelOf(reply, USUAL_FIELDS, ['love'])).toEqual({ problem });
  });
});

const withTable = (table: unknown): string => JSON.stringify({ prediction_proba_dict: table });

describe('probabilitiesOf', () => {
  it('reads a table of numbers and nothing else', () => {
    expect(probabilitiesOf(makeReply(200, withTable({ love: 0.7, hate: 0.3 })), USUAL_FIELDS)).toEqual(
      new Map([
        ['love', 0.7],
        ['hate', 0.3],
      ]),
    );
    expect(probabilitiesOf(makeReply(200, withTable({ love: '70%' })), USUAL_FIELDS)).toBeUndefined();
    expect(probabilitiesOf(makeReply(200, withTable(null)), USUAL_FIELDS)).toBeUndefined();
    expect(probabilitiesOf(makeReply(200, '{}'), USUAL_FIELDS)).toBeUndefined();
  });
});

describe('a deployment with keys of its own', () => {
  const fields = { requestField: 'text', responseField: 'label', probabilitiesField: 'scores' };

  it('is asked and read by them', () => {
    const spec = { ...fields, predictPath: '/classify', experiment: null, user: 'ana', password: 'pw' } as TargetSpec;
    expect(predictionRequest(spec, { sentence: 'hi' })).toMatchObject({ path: '/classify', body: '{"text":"hi"}' });
    const reply = makeReply(200, '{"label": "love", "scores": {"love": 1}}');
    expect(labelOf(reply, fields)).toEqual({ label: 'love' });
    expect(probabilitiesOf(reply, fields)).toEqual(new Map([['love', 1]]));
    expect(hasProbabilities(reply, fields)).toBe(true);
  });

  it('is not read by the usual ones', () => {
    const reply = makeReply(200, '{"prediction value": "love", "prediction_proba_dict": {"love": 1}}');
    expect(labelOf(reply, fields)).toEqual({ problem: '200 without "label"' });
    expect(hasProbabilities(reply, fields)).toBe(false);
  });
});
