import { describe, expect, it } from 'vitest';
import { intervalThatMatters, scrapeIntervalOf } from '../../../src/verify/scrape-interval.js';
import type { Ask } from '../../../src/verify/reply.js';
import { makeReply } from './support/results.js';

const job = (name: string, interval: number | undefined, url = `http://${name}:80/metrics`) => ({
  name,
  url,
  interval,
});

describe('intervalThatMatters', () => {
  it('is that of the jobs which brought metrics of the gateway, whatever they are called', () => {
    expect(intervalThatMatters([job('edge', 10), job('backup', 3600), job('nginx-logs', 60)], ['edge'])).toBe(10);
  });

  it.each([
    ['by its name', job('nginx', 30)],
    ['by its port', job('web', 30, 'http://exporter:9113/metrics')],
  ])('is that of the exporter %s', (_how, exporter) => {
    expect(intervalThatMatters([exporter, job('prometheus', 5), job('node', 40), job('backup', 3600)], [])).toBe(30);
  });

  it('is the longest that can be waited for where none is known, else the shortest', () => {
    expect(intervalThatMatters([job('a', 5), job('b', 15), job('c', 3600)], [])).toBe(15);
    expect(intervalThatMatters([job('a', 7200), job('b', 3600)], [])).toBe(3600);
    expect(intervalThatMatters([job('nginx', undefined), job('b', 20)], [])).toBe(20);
    expect(intervalThatMatters([], [])).toBe(15);
  });
});

describe('scrapeIntervalOf', () => {
  it('asks Prometheus for its targets, and for what brings nginx_up', async () => {
    const activeTargets = [
      { labels: { job: 'edge' }, scrapeInterval: '10s', scrapeUrl: 'http://a' },
      { labels: { job: 'b' }, scrapeInterval: '1m', scrapeUrl: 'http://b' },
    ];
    const result = [{ metric: { job: 'edge' }, value: [0, '1'] }];
    const answers = [{ data: { activeTargets } }, { status: 'success', data: { resultType: 'vector', result } }];
    const send = async ({ path }: Ask) =>
      makeReply(200, JSON.stringify(answers[path.startsWith('/api/v1/query?query=nginx_up') ? 1 : 0]));
    expect(await scrapeIntervalOf(send, 'http://localhost:9090')).toBe(10);
  });

  it('takes what is usual where there is no answer', async () => {
    expect(await scrapeIntervalOf(async () => makeReply(null), 'http://localhost:9090')).toBe(15);
  });
});
