import { describe, expect, it } from 'vitest';
import { restartedSince } from '../../../src/verify/restarted.js';
import { makeContainer, makeEngine } from './support/containers.js';

const container = makeContainer('api');
const seenAs = (startedAt: () => Promise<string | null>): Promise<string[]> =>
  restartedSince(makeEngine({ startedAt }), [container]);

describe('restartedSince', () => {
  it('tells who was started again, and who is gone', async () => {
    expect(await seenAs(async () => container.startedAt)).toEqual([]);
    expect(await seenAs(async () => '2026-11-23T11:00:00Z')).toEqual(['api was started again at 2026-11-23T11:00:00Z']);
    expect(await seenAs(async () => null)).toEqual(['api is gone']);
  });

  it('says nothing where the engine cannot', async () => {
    expect(await restartedSince(makeEngine(), [container])).toEqual([]);
    expect(await seenAs(() => Promise.reject(new Error('gone')))).toEqual([]);
  });
});
