import { describe, expect, it } from 'vitest';
import { blindness, countInstances } from '../../../src/verify/replica-sample.js';
import { makeReply } from './support/results.js';

const from = (instance: string) => makeReply(200, '', { 'x-instance-id': instance });

describe('countInstances', () => {
  it('counts answers by replica, busiest first, and what names none', () => {
    const replies = [from('a'), from('b'), from('b'), makeReply(200), makeReply(502, '', { 'x-instance-id': 'c' })];
    expect(countInstances(replies)).toEqual({
      served: [
        ['b', 2],
        ['a', 1],
      ],
      anonymous: 1,
    });
  });
});

const sample = (replies: ReturnType<typeof makeReply>[]) => ({
  replies,
  ...countInstances(replies),
  connections: 1,
});

describe('blindness', () => {
  it('is why a sample shows nothing', () => {
    expect(blindness(sample([from('a'), makeReply(502)]))).toBeNull();
    expect(blindness(sample([makeReply(200)]))).toBe(
      'the answers do not name their replica, and no log or counter of the engine tells them apart',
    );
    expect(blindness(sample([makeReply(401), makeReply(401)]))).toBe('no prediction to count: 401');
  });
});
