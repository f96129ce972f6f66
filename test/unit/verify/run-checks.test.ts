import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Check, CheckResult } from '../../../src/verify/check.js';
import { inconclusive, skipped } from '../../../src/verify/conclude.js';
import { USUAL_FIELDS } from '../../../src/verify/prediction.js';
import { exitCodeOf, runChecks } from '../../../src/verify/run-checks.js';
import { openTarget, type TargetSpec } from '../../../src/verify/target.js';
import { failing, makeCheck, makeReply, passing } from './support/results.js';

const spec: TargetSpec = {
  isOwn: false,
  https: 'https://localhost:1',
  http: 'http://localhost:1',
  connectTo: null,
  user: 'ana',
  password: 'secret-password',
  ca: '',
  predictPath: '/predict',
  ...USUAL_FIELDS,
  experiment: null,
  versions: null,
  replicas: 3,
  arms: {},
  instances: null,
  deployment: { unknown: 'there is no engine' },
  labels: [],
  rateLimit: null,
  exporter: null,
  prometheus: null,
  grafana: null,
  omitted: {},
};
const target = openTarget(spec);

describe('runChecks', () => {
  it('runs paced checks in turn with monitoring beside them, and floods after everything', async () => {
    const log: string[] = [];
    const logged = (id: string, kind: Check['kind'], duration: number): Check =>
      makeCheck(
        id,
        async () => {
          log.push(`${id} starts`);
          await sleep(duration);
          log.push(`${id} ends`);
          return passing;
        },
        { kind },
      );
    const checks = [
      logged('closing', 'closing', 1),
      logged('flood', 'flood', 1),
      logged('a', 'paced', 20),
      logged('m', 'monitoring', 60),
      logged('b', 'paced', 20),
    ];
    const { results } = await runChecks(target, checks);
    expect(log).toEqual([
      'a starts',
      'm starts',
      'a ends',
      'b starts',
      'b ends',
      'm ends',
      'flood starts',
      'flood ends',
      'closing starts',
      'closing ends',
    ]);
    expect(results.map(({ id }) => id)).toEqual(['closing', 'flood', 'a', 'm', 'b']);
  });

  it('tells reporters what starts and what came of it', async () => {
    const log: string[] = [];
    await runChecks(target, [makeCheck('a', async () => passing), makeCheck('b', async () => failing)], {
      events: { started: ({ id }) => log.push(`${id}?`), finished: ({ id, verdict }) => log.push(`${id}: ${verdict}`) },
    });
    expect(log).toEqual(['a?', 'a: pass', 'b?', 'b: fail']);
  });

  it('counts the verdicts', async () => {
    const results = [passing, failing, skipped('no'), inconclusive('who knows')];
    const report = await runChecks(
      target,
      results.map((result, index) => makeCheck(`c.${index}`, async () => result)),
    );
    expect(report.summary).toEqual({ pass: 1, fail: 1, warn: 0, inconclusive: 1, skip: 1 });
    expect(report.exitCode).toBe(1);
  });

  it('takes a check that breaks for one that has found out nothing', async () => {
    const broken = makeCheck('a', () => Promise.reject(new Error('oops')));
    const { results, exitCode } = await runChecks(target, [broken]);
    expect(results[0]).toMatchObject({ verdict: 'inconclusive', summary: 'the check itself broke: oops' });
    expect(exitCode).toBe(4);
  });

  it('tries once more where circumstances were in the way, and shows both attempts', async () => {
    const attempts: CheckResult[] = [{ ...inconclusive('too slow'), retry: true }, passing];
    const { results } = await runChecks(target, [makeCheck('a', async () => attempts.shift() ?? failing)]);
    expect(results[0]).toMatchObject({ verdict: 'pass', earlier: [{ summary: 'too slow' }] });
  });

  it('gives up after the second attempt', async () => {
    let attempts = 0;
    const check = makeCheck('a', async () => {
      attempts += 1;
      return { ...inconclusive('too slow'), retry: true };
    });
    expect((await runChecks(target, [check])).exitCode).toBe(4);
    expect(attempts).toBe(2);
  });

  it('takes a paced request that was rate-limited for no answer', async () => {
    const limited = { ...failing, exchanges: [makeReply(429).exchange] };
    const { results } = await runChecks(target, [makeCheck('a', async () => limited)]);
    expect(results[0]).toMatchObject({ verdict: 'inconclusive', earlier: [{ verdict: 'inconclusive' }] });
  });

  it('blames the API for a 429 of its own', async () => {
    const limited = { ...failing, exchanges: [makeReply(429, '', { 'x-instance-id': 'replica-1' }).exchange] };
    const { results } = await runChecks(target, [makeCheck('a', async () => limited)]);
    expect(results[0]?.verdict).toBe('fail');
  });

  it('ends when its time is up: what has no answer by then is inconclusive', async () => {
    const started: string[] = [];
    const checks = [
      makeCheck('quick', async () => passing),
      makeCheck('hangs', () => new Promise<CheckResult>(() => {})),
      makeCheck('next', async () => passing),
      makeCheck('watching', () => new Promise<CheckResult>(() => {}), { kind: 'monitoring' }),
      makeCheck('flood', async () => passing, { kind: 'flood' }),
    ];
    const report = await runChecks(target, checks, { timeout: 0.2, events: { started: ({ id }) => started.push(id) } });
    expect(report.results.map(({ id, verdict, summary }) => [id, verdict, summary])).toEqual([
      ['quick', 'pass', 'fine'],
      ['hangs', 'inconclusive', 'no result within 0.2 s'],
      ['next', 'inconclusive', 'not asked within 0.2 s'],
      ['watching', 'inconclusive', 'no result within 0.2 s'],
      ['flood', 'inconclusive', 'not asked within 0.2 s'],
    ]);
    expect(started).toEqual(['quick', 'watching', 'hangs']);
    expect(report.exitCode).toBe(4);
  });

  it('is strict when asked', async () => {
    const report = await runChecks(target, [makeCheck('a', async () => skipped('no'))], { strict: true });
    expect(report).toMatchObject({ strict: true, exitCode: 1 });
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const checks = [
      makeCheck('a', async () => {
        controller.abort(new Error('enough'));
        return passing;
      }),
      makeCheck('b', () => Promise.reject(new Error('must not run'))),
    ];
    await expect(runChecks(target, checks, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('exitCodeOf', () => {
  const none = { pass: 0, fail: 0, warn: 0, inconclusive: 0, skip: 0 };
  it.each([
    [{ pass: 3, skip: 1, warn: 1 }, 0],
    [{ pass: 3, fail: 1, inconclusive: 1 }, 1],
    [{ pass: 3, inconclusive: 1 }, 4],
  ])('%o → %i', (summary, exitCode) => {
    expect(exitCodeOf({ ...none, ...summary })).toBe(exitCode);
  });

  it.each([
    [{ pass: 3, warn: 1 }, 0],
    [{ pass: 3, skip: 1 }, 1],
    [{ pass: 3, inconclusive: 1 }, 1],
  ])('strictly, %o → %i', (summary, exitCode) => {
    expect(exitCodeOf({ ...none, ...summary }, true)).toBe(exitCode);
  });
});
