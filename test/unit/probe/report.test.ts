import { describe, expect, test } from 'vitest';
import { summarizeProbe, type Sample } from '../../../src/probe/report.js';

/** An answer 10 ms after it was asked for. */
const answer = (at: number, status: number, instance: string | null = 'api-v1-1', label: string | null = 'love') => ({
  at,
  milliseconds: 10,
  api: 'api-v1',
  reconnected: false,
  outcome: { status, body: `{"status":${status}}\n`, label: status === 200 ? label : null, instance },
});
const broken = (at: number, why: string): Sample => ({
  at,
  milliseconds: 10,
  api: 'api-v1',
  reconnected: false,
  outcome: why,
});
const summarize = (...samples: Sample[]) => summarizeProbe(samples, 1, 503);

describe('what is a failure', () => {
  test('anything but a 200 with a prediction', () => {
    const report = summarize(
      answer(0, 200),
      answer(40, 502),
      answer(80, 200, 'api-v1-1', null),
      broken(120, 'socket hang up'),
      answer(160, 503, 'api-v1-1'), // an API that has too much to do
      answer(200, 401),
    );
    expect(report).toMatchObject({ sent: 6, failed: 5, unjudged: 0 });
    expect(report.failures).toEqual([
      'at 40 ms: 502 {"status":502}',
      'at 80 ms: 200 {"status":200}',
      'at 120 ms: socket hang up',
      'at 160 ms: 503 {"status":503}',
      'at 200 ms: 401 {"status":401}',
    ]);
  });

  test('the first few are told, in the order in which they were sent, without steering the terminal', () => {
    const report = summarize(
      answer(-20, 200),
      ...Array.from({ length: 9 }, (_, index) => answer((9 - index) * 10, 502)),
    );
    expect(report.failed).toBe(9);
    expect(report.failures.map((failure) => /at (\d+)/.exec(failure)?.[1])).toEqual(['10', '20', '30', '40', '50']);
    const [hostile = ''] = summarize(answer(0, 200), broken(40, `\u001b[2J${'x'.repeat(999)}`)).failures;
    expect(hostile).not.toContain('\u001b');
    expect(hostile.length).toBeLessThan(200);
  });

  test('not what is not there yet; what is gone again is', () => {
    const report = summarize(
      broken(0, 'connect ECONNREFUSED'),
      broken(40, 'socket hang up'),
      answer(60, 502, null),
      answer(80, 200),
      broken(120, 'connect ECONNREFUSED'),
    );
    expect(report).toMatchObject({ sent: 2, failed: 1, unjudged: 3, failures: ['at 120 ms: connect ECONNREFUSED'] });
  });

  test('not a route that leads nowhere yet while another does', () => {
    const toV2 = { ...answer(40, 502, null), api: 'api-v2' };
    const served = { ...answer(60, 200, 'api-v2-1'), api: 'api-v2' };
    expect(summarize(answer(0, 200), toV2, served)).toMatchObject({ sent: 2, failed: 0, unjudged: 1 });
    expect(summarize(answer(0, 200), served, { ...toV2, at: 80 })).toMatchObject({ sent: 3, failed: 1, unjudged: 0 });
  });

  test('not a gateway that does not know a new user yet; one that forgets a user is', () => {
    const learns = [answer(0, 401), answer(40, 401), answer(80, 200), answer(120, 401), answer(160, 200)];
    expect(summarize(...learns)).toMatchObject({ sent: 2, failed: 0, unjudged: 3 });
    expect(summarize(...learns, answer(2000, 401))).toMatchObject({ sent: 3, failed: 1 });
    expect(summarize(answer(0, 200), answer(40, 401))).toMatchObject({ sent: 2, failed: 1, unjudged: 0 });
    expect(summarize(answer(0, 401), answer(40, 401))).toMatchObject({ sent: 0, failed: 0, unjudged: 2 });
  });

  test('not being limited, which no other client is by that', () => {
    const limited = answer(40, 503, null);
    expect(summarize(answer(0, 200), limited)).toMatchObject({ sent: 1, failed: 0, unjudged: 1 });
    expect(summarizeProbe([answer(0, 200), limited], 1, 429)).toMatchObject({ sent: 2, failed: 1 });
    expect(summarizeProbe([answer(0, 200), limited], 1, null)).toMatchObject({ sent: 2, failed: 1 });
  });
});

describe('how long it took', () => {
  test('percentiles of the predictions alone', () => {
    const predictions = Array.from({ length: 100 }, (_, index) => ({
      ...answer(index * 40, 200),
      milliseconds: index + 1,
    }));
    const report = summarize(...predictions.toReversed(), { ...answer(50, 502), milliseconds: 5000 });
    expect([report.p50, report.p99]).toEqual([50, 99]);
  });

  test('nothing is known without any', () => {
    expect(summarize(broken(0, 'connect ECONNREFUSED'))).toEqual({
      sent: 0,
      failed: 0,
      failures: [],
      reconnected: 0,
      unjudged: 1,
      p50: null,
      p99: null,
      seconds: 1,
      versions: {},
      overlap: 0,
    });
  });
});

test('requests that had to be asked again are told apart', () => {
  const again = { ...answer(40, 200), reconnected: true };
  expect(summarize(answer(0, 200), again)).toMatchObject({ sent: 2, failed: 0, reconnected: 1 });
});

test('predictions are counted by replica, or by API where a replica does not name itself', () => {
  const report = summarize(
    answer(0, 200, 'api-v1-10'),
    answer(40, 200, 'api-v1-2'),
    answer(80, 200, 'api-v1-2'),
    answer(120, 200, null),
    answer(160, 502, 'api-v1-3'),
  );
  expect(Object.entries(report.versions)).toEqual([
    ['api-v1', 1],
    ['api-v1-2', 2],
    ['api-v1-10', 1],
  ]);
});

/** Predictions of these replicas, one every 40 ms. */
const overlapOf = (...replicas: string[]): number =>
  summarize(...replicas.map((replica, index) => answer(index * 40, 200, replica))).overlap;
const times = (count: number, ...replicas: string[]): string[] => Array.from({ length: count }, () => replicas).flat();

describe('the overlap of old and new', () => {
  test('is the time from the first answer of one that joined to the last of one that was there before', () => {
    // The new one answers from 370 ms on, the old ones until 610 ms.
    expect(overlapOf(...times(3, 'a-1', 'a-2', 'a-3'), ...times(3, 'a-4', 'a-3'), 'a-1', 'a-4')).toBe(240);
  });

  test('is 0 where the old were gone before the new came, and where nobody joined', () => {
    expect(overlapOf(...times(4, 'a-1'), ...times(4, 'a-2'))).toBe(0);
    expect(overlapOf(...times(4, 'a-1', 'a-2', 'a-3'))).toBe(0);
    expect(overlapOf()).toBe(0);
  });

  test('those who are met first one after the other were all there before', () => {
    const many = Array.from({ length: 20 }, (_, index) => `a-${index}`);
    expect(overlapOf(...times(3, ...many))).toBe(0);
  });

  test('of several APIs it is the least, and an API that does not change has no say', () => {
    const before = times(3, 'a-1', 'b-1', 'c-1');
    // Of b from 490 ms to 1250 ms, of a from 410 ms to 1490 ms.
    expect(overlapOf(...before, ...times(5, 'a-1', 'a-2', 'b-1', 'b-2', 'c-1'), ...times(3, 'a-1'))).toBe(760);
  });
});
