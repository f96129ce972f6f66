import { describe, expect, it } from 'vitest';
import { queryRequest, samplesOf, scrapeTargetsOf } from '../../../src/verify/prometheus-api.js';
import { makeReply } from './support/results.js';

const answer = (resultType: string, result: unknown): string =>
  JSON.stringify({ status: 'success', data: { resultType, result } });

describe('samplesOf', () => {
  it('reads vectors and scalars', () => {
    expect(samplesOf(makeReply(200, answer('vector', [{ metric: { job: 'nginx' }, value: [1, '42'] }])))).toEqual([
      { metric: { job: 'nginx' }, value: '42' },
    ]);
    expect(samplesOf(makeReply(200, answer('scalar', [1, '7'])))).toEqual([{ metric: {}, value: '7' }]);
    expect(samplesOf(makeReply(200, answer('vector', [])))).toEqual([]);
  });

  it.each([
    [makeReply(400, '{"status":"error","error":"parse error"}'), '400: parse error'],
    [makeReply(200, '<html>'), '200'],
    [makeReply(200, '{"status":"success"}'), 'an answer without a result'],
    [makeReply(null), 'no answer: the connection was refused'],
  ])('says what is wrong', (reply, problem) => {
    expect(samplesOf(reply)).toEqual({ problem });
  });
});

describe('scrapeTargetsOf', () => {
  it('reads health and errors', () => {
    const body = JSON.stringify({
      data: {
        activeTargets: [
          { scrapeUrl: 'http://x', labels: { arm: 'v1' }, health: 'down', lastError: 'refused', lastScrape: 'now' },
        ],
      },
    });
    expect(scrapeTargetsOf(makeReply(200, body))).toEqual([
      { name: 'http://x', labels: { arm: 'v1' }, health: 'down', lastError: 'refused', lastScrape: 'now' },
    ]);
    expect(scrapeTargetsOf(makeReply(500, body))).toEqual({ problem: '500' });
  });
});

describe('queryRequest', () => {
  it('escapes the query', () => {
    expect(queryRequest({ origin: 'http://p', prefix: '/proxy' }, 'up{a="b c"}&x').path).toBe(
      '/proxy/api/v1/query?query=up%7Ba%3D%22b%20c%22%7D%26x',
    );
  });
});
