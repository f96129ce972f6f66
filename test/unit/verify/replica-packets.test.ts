import { describe, expect, it } from 'vitest';
import { readPackets, servedByPackets, type PacketCount } from '../../../src/verify/replica-packets.js';
import { makeContainer, makeEngine } from './support/containers.js';

const [a, b, c] = [makeContainer('a'), makeContainer('b'), makeContainer('c')];

/** Packets that came in within a time, in milliseconds. */
const count = (received: Record<string, number>, duration: number): PacketCount => ({
  before: new Map([a, b, c].map(({ id }) => [id, 1000])),
  after: new Map([a, b, c].map(({ id, name }) => [id, 1000 + (received[name] ?? 0)])),
  duration,
});

describe('readPackets', () => {
  it('leaves out containers that have no counters', async () => {
    const engine = makeEngine({
      receivedPackets: async (id) => {
        if (id === b.id) throw new Error('no such container');
        return 7;
      },
    });
    expect(await readPackets(engine, [a, b])).toEqual(new Map([[a.id, 7]]));
  });
});

describe('servedByPackets', () => {
  it('takes away what comes by anyway, by time', () => {
    const served = servedByPackets(
      [a, b, c],
      count({ a: 90, b: 70, c: 40 }, 8000),
      count({ a: 10, b: 10, c: 10 }, 2000),
    );
    expect(served?.map(([{ name }, packets]) => [name, packets])).toEqual([
      ['a', 50],
      ['b', 30],
    ]);
  });

  it('says nothing where a container may or may not have served', () => {
    expect(servedByPackets([a, b], count({ a: 50, b: 12 }, 8000), count({}, 8000))).toBeNull();
  });

  it('says nothing where nobody seems to have served', () => {
    expect(servedByPackets([a, b], count({}, 8000), count({}, 8000))).toBeNull();
  });
});
