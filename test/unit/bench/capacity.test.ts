import { describe, expect, it } from 'vitest';
import { capacityOf } from '../../../src/bench/capacity.js';
import type { Figures } from '../../../src/bench/figures.js';
import { example } from '../stack/example.js';
import { figures } from './figures-example.js';

const bench = { processors: 1, pinned: true, config: example().config };
const busy = (changes: Partial<Figures['busy']>): Figures => figures({ busy: { ...figures().busy, ...changes } });

describe('capacityOf', () => {
  it('is what the fewest connections reach that reach nearly all', () => {
    const swept = [
      figures({ connections: 64, requestsPerSecond: 4000, p99: 40 }),
      figures({ connections: 4, requestsPerSecond: 2000, p99: 3 }),
      figures({ connections: 16, requestsPerSecond: 3850, p99: 8 }),
    ];
    expect(capacityOf(swept, bench)).toMatchObject({ connections: 16, requestsPerSecond: 3850, p99: 8 });
  });

  it('does not count what was answered with errors', () => {
    const failing = figures({ connections: 64, requestsPerSecond: 9000, failures: { 503: 12 } });
    expect(capacityOf([failing, figures()], bench)).toMatchObject({ connections: 32, requestsPerSecond: 4000 });
    expect(capacityOf([failing], bench)).toBeNull();
  });

  it('says it in a sentence', () => {
    expect(capacityOf([figures()], bench)?.sentence).toBe(
      'This configuration serves 4,000 requests/s at p99 12.3 ms (on 1 processor, 32 connections); the first limit is CPU time: a request takes 168 µs of the APIs and 64 µs of the gateway.',
    );
  });

  it('with shares by weight, which the copy has not, it is that of the default API', () => {
    const { config } = example({ routes: [{ weight: 30, to: 'v2' }, { to: 'v1' }] });
    expect(capacityOf([figures()], { ...bench, config })?.sentence).toMatch(
      /^API v1 of this configuration, without the shares of others, serves 4,000 requests\/s at /,
    );
  });

  it('says when the client shared the processors', () => {
    const { sentence } = capacityOf([figures()], { ...bench, processors: 2, pinned: false }) ?? {};
    expect(sentence).toContain('on 2 processors, shared with the client, 32 connections');
  });

  it.each([
    ['processors', { stack: 0.9, client: 0.99 }],
    ['processors', { stack: 0.6, others: 0.35, client: 0.99 }],
    ['client', { stack: 0.6, others: 0.1, client: 0.9 }],
    ['client', { stack: 0.6, others: null, client: 0.9 }],
    ['replicas', { stack: 0.3, replica: 0.95 }],
    ['unknown', { stack: 0.3 }],
  ] as const)('the first limit: %s, where %o', (limit, changes) => {
    expect(capacityOf([busy(changes)], bench)?.limit).toBe(limit);
  });

  it.each([
    [{ stack: 0.6, others: 0.35 }, 'the stack had 60 % of it, the engine and whatever else runs on this machine 35 %'],
    [{ stack: 0.5, client: 1 }, 'the stack could do more (it used 50 % of its CPU time)'],
    [{ stack: 0.3, replica: 0.95 }, 'the replicas of v1'],
    [{ stack: 0.3 }, 'not CPU time (the stack used 30 % of it)'],
  ])('and tells why: %o', (changes, words) => {
    expect(capacityOf([busy(changes)], bench)?.sentence).toContain(words);
  });
});
