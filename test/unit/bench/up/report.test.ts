import { expect, test } from 'vitest';
import type { Sent } from '../../../../bench/up/change/load.js';
import { formatResult as formatChange, figuresOf } from '../../../../bench/up/change/report.js';
import { formatResult, toDocument, type UpResult } from '../../../../bench/up/report.js';

const result: UpResult = {
  machine: { processor: 'Fast', node: '20', compose: '2.26', loadAverage: 0.1 },
  idle: [
    [
      { title: 'fortress up', runs: [1, 9, 2].map((wall) => ({ wall, cpu: 0.5 })) },
      { title: 'docker compose up -d', runs: [3, 3, 50].map((wall) => ({ wall, cpu: 0.25 })) },
    ],
  ],
  cold: [
    { title: 'fortress up', runs: [{ wall: 4, cpu: 1, firstPrediction: 3 }] },
    { title: 'docker compose up -d', runs: [{ wall: 2, cpu: 1, firstPrediction: 6 }] },
  ],
};

test('compares medians', () => {
  const text = formatResult(result);
  expect(text).toContain('medians of 1 rounds');
  expect(text).toMatch(/^fortress up against docker compose up -d +1\.50 × +0\.50 ×$/m);
  expect(text).toMatch(/^fortress up against docker compose up -d +0\.50 × +1\.00 × +2\.00 ×$/m);
  expect(toDocument(result)).toMatchObject({ idle: [{ ratios: [{ wall: 1.5, cpu: 0.5, firstPrediction: null }] }] });
});

const sent = (milliseconds: number, failure: string | null = null): Sent => ({
  at: 1500,
  milliseconds,
  fresh: false,
  instance: 'api-v1-1',
  failure,
});
const requests = [...Array.from({ length: 99 }, (_, index) => sent(index + 1)), sent(400, '502 Bad Gateway')];

test('latencies are of those that did not fail', () => {
  expect(figuresOf(requests)).toEqual({ sent: 100, failed: 1, p50: 50, p99: 99 });
});

test('says when and how a request failed', () => {
  const text = formatChange({
    machine: { processor: 'Fast', node: '20', nginx: 'nginx/1.26.3', loadAverage: 0 },
    rate: 200,
    phases: [{ name: 'another model', seconds: 3, sent: requests }],
    killed: { kills: [1, 4, 2].map((backAfter) => ({ replica: 'api-v1-1', backAfter })), sent: [sent(5)] },
  });
  expect(text).toMatch(/^another model +3\.0 s +100 +1 +50\.0 +99\.0$/m);
  expect(text).toMatch(/^replicas killed \(3 ×\) +1 +0 +5\.0 +5\.0$/m);
  expect(text).toContain('after 2.0 s (median; at most 4.0 s)');
  expect(text).toContain('another model: at 1.50 s, after 400 ms, kept connection: 502 Bad Gateway');
});
