import { describe, expect, it } from 'vitest';
import { createMarker } from '../../../src/verify/mark.js';
import { countInLogs } from '../../../src/verify/replica-logs.js';
import { makeContainer, makeEngine } from './support/containers.js';

const marker = createMarker('abc');
const line = (n: number): string => `"POST ${marker.mark({ path: '/predict' }, n).path} HTTP/1.1" 200`;
const lines = (...numbers: number[]): string => numbers.map(line).join('\n');

async function countsOf(logs: Record<string, string | Error>, total: number): Promise<Record<string, number>> {
  const containers = Object.keys(logs).map((name) => makeContainer(name));
  const engine = makeEngine({
    logsSince: async (id) => {
      const log = Object.entries(logs).find(([name]) => id.startsWith(`${name}-0`))?.[1] ?? '';
      if (log instanceof Error) throw log;
      return log;
    },
  });
  const counts = await countInLogs(engine, containers, { marker, since: new Date(0), total });
  return Object.fromEntries(counts.map(([{ name }, requests]) => [name, requests]));
}

describe('countInLogs', () => {
  it('counts the marks that each container wrote down', async () => {
    expect(await countsOf({ a: lines(0, 2), b: lines(1, 3), c: 'ready' }, 4)).toEqual({ a: 2, b: 2 });
  });

  it('leaves out a proxy that logged all that others share', async () => {
    expect(await countsOf({ proxy: lines(0, 1, 2, 3), a: lines(0, 2), b: lines(1, 3) }, 4)).toEqual({ a: 2, b: 2 });
  });

  it('keeps the only one that served', async () => {
    expect(await countsOf({ a: lines(0, 1, 2), b: '' }, 3)).toEqual({ a: 3 });
  });

  it('does without a log that cannot be read', async () => {
    expect(
      await countsOf({ a: lines(0), b: new Error('configured logging driver does not support reading') }, 1),
    ).toEqual({ a: 1 });
  });

  it('waits for lines that come late', async () => {
    let looks = 0;
    const engine = makeEngine({ logsSince: async () => ((looks += 1) > 2 ? lines(0, 1) : line(0)) });
    const counts = await countInLogs(engine, [makeContainer('a')], { marker, since: new Date(0), total: 2 });
    expect(counts.map(([, requests]) => requests)).toEqual([2]);
  });
});
