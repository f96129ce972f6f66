import { describe, expect, it, test } from 'vitest';
import { figuresOf } from '../../../src/bench/figures.js';
import { layersOf } from '../../../src/bench/layers.js';
import type { LoadResult } from '../../../src/bench/load-job.js';
import { assertAnswered, roundOf } from '../../../src/bench/round-sums.js';
import { example } from '../stack/example.js';

const seen = (changes: Partial<LoadResult> = {}): LoadResult => ({
  requests: 4000,
  answered: 5000,
  failures: {},
  seconds: 2,
  latencies: [[0, 1]],
  cpuSeconds: 1,
  ...changes,
});

const layers = layersOf(example().config);
const [direct, nginx] = layers;
if (!direct || !nginx) throw new Error('layers are missing');

test('CPU time is shared by all that were answered, the rate is that of those that counted', () => {
  const round = roundOf([seen()], { gateway: 0.5, replicas: [0.25, 0.5], others: 0.1 });
  expect(round).toMatchObject({
    requestsPerSecond: 2000,
    gatewayMicroseconds: 100,
    apisMicroseconds: 150,
    others: 0.1,
  });
  expect(round.busiestReplica).toBeCloseTo(0.2);
  expect(round.client).toBe(0.5);
});

test('what several processes of the client saw is one', () => {
  const results = [
    seen({ failures: { 503: 1 } }),
    seen({ failures: { 503: 2 }, cpuSeconds: 2, latencies: [[900, 3]] }),
  ];
  const round = roundOf(results, { gateway: null, replicas: [1], others: null });
  expect(round).toMatchObject({ requestsPerSecond: 4000, failures: { 503: 3 }, client: 1, gatewayMicroseconds: null });
  expect(round.p99).toBeGreaterThan(round.p50 - 1);
  expect(round.p50).toBeGreaterThan(1);
});

test('figures are medians of the rounds', () => {
  const rounds = [1, 3, 2].map((factor) =>
    roundOf([seen({ requests: 4000 * factor })], { gateway: 0.5 * factor, replicas: [1], others: 0.1 * factor }),
  );
  const figures = figuresOf({ layer: nginx, connections: 8, mayFail: false }, rounds, 2);
  expect(figures).toMatchObject({
    layer: 'nginx',
    connections: 8,
    requestsPerSecond: 4000,
    cpu: { gateway: 200, apis: 200 },
  });
  expect(figures.busy.stack).toBeCloseTo(0.8);
  expect(figures.busy.others).toBeCloseTo(0.2);
});

test('without a gateway there is no CPU time of it; of another machine it is not known what others do', () => {
  const rounds = [roundOf([seen()], { gateway: null, replicas: [1], others: null })];
  const { cpu, busy } = figuresOf({ layer: direct, connections: 8, mayFail: false }, rounds, 1);
  expect(cpu.gateway).toBeNull();
  expect(busy.others).toBeNull();
});

test('stack and others together had no more than there is', () => {
  const rounds = [roundOf([seen()], { gateway: 1, replicas: [1], others: 0.9 })];
  const { busy } = figuresOf({ layer: nginx, connections: 8, mayFail: false }, rounds, 1);
  expect(busy.stack).toBeCloseTo(0.8);
  expect(busy.others).toBeCloseTo(0.2);
});

/** Of a layer with a gateway. */
const round = (changes: Partial<LoadResult>) => roundOf([seen(changes)], { gateway: 1, replicas: [1], others: null });

describe('assertAnswered', () => {
  const cell = { layer: nginx, connections: 8, mayFail: false };

  it('is content when all were answered with 200', () => {
    expect(() => assertAnswered(cell, round({}))).not.toThrow();
  });

  it.each([
    [{ failures: { 502: 7, ECONNRESET: 1 } }, 'instead of 200: 502 (7 times), ECONNRESET (1 time)'],
    [{ requests: 0 }, 'none was answered at all'],
  ])('says what came instead: %o', (changes, why) => {
    expect(() => assertAnswered(cell, round(changes))).toThrow(
      expect.objectContaining({
        code: 'LOAD_FAILED',
        message: 'not every request was answered with 200 (layer "+ nginx")',
        why,
      }),
    );
  });
});
