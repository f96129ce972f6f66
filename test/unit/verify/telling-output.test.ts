import { expect, test } from 'vitest';
import { tellingOutput } from '../../../src/verify/telling-output.js';
import { makeContainer, makeEngine } from './support/containers.js';

const container = makeContainer('api', { startedAt: '2026-11-23T10:00:00Z' });

const time = (date: Date | undefined): string => date?.toISOString().slice(11, 16) ?? '';

/** The parts that are read, `from..to` by the clock. */
async function partsAt(now: string): Promise<string> {
  const engine = makeEngine({ logsSince: async (_, since, until) => `${time(since)}..${time(until)}` });
  return tellingOutput(engine, container, new Date(now));
}

test('of a container that runs for a short time all of it', async () => {
  expect(await partsAt('2026-11-23T10:11:00Z')).toBe('10:00..');
});

test('else the beginning and the end', async () => {
  expect(await partsAt('2026-11-23T12:00:00Z')).toBe('10:00..10:01\n11:50..');
});
