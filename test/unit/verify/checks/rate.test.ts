import { beforeAll, describe, expect, it } from 'vitest';
import type { VerifyReport } from '../../../../src/verify/run-checks.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import type { Faults } from '../support/fake-gateway.js';
import { verifyFake, withVerdict } from '../support/run.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

/** On a busy machine a check may rightly say that it could not tell; a wrong verdict is never asked for again. */
async function untilConclusive(verify: () => Promise<VerifyReport>): Promise<VerifyReport> {
  let report = await verify();
  for (let again = 0; again < 3 && report.summary.inconclusive > 0; again += 1) report = await verify();
  return report;
}

// Real floods against real sockets take seven seconds each, so all of them run at once.
describe('the rate checks', { timeout: 120_000 }, () => {
  const limits: [name: string, faults: Faults, failing: string[]][] = [
    ['10/s, burst 5', { limit: { rate: 10, burst: 5 } }, []],
    ['10/s, burst 20 with delay', { limit: { rate: 10, burst: 20, delay: true } }, []],
    ['10/s, with connections closed (444)', { limit: { rate: 10, burst: 5, status: 444 } }, []],
    ['no limit', {}, ['rate.limit']],
    ['20/s', { limit: { rate: 20, burst: 5 } }, ['rate.limit']],
    ['5/s', { limit: { rate: 5, burst: 5 } }, ['rate.limit']],
  ];
  it.concurrent.each(limits)('judge %s', async (_name, gateway, failing) => {
    const rateLimit = { requestsPerSecond: 10, burst: 5, status: null };
    const scenario = { gateway, promise: { rateLimit }, only: ['rate.limit'] };
    const report = await untilConclusive(() => verifyFake(identity, scenario));
    expect(report.results.filter(({ verdict }) => verdict === 'inconclusive')).toEqual([]);
    expect(withVerdict(report, 'fail')).toEqual(failing);
  });

  const recoveries: [name: string, faults: Faults, verdict: string][] = [
    ['of a limit', { limit: { rate: 10, burst: 10 } }, 'pass'],
    ['of a limit that delays', { limit: { rate: 10, burst: 20, delay: true } }, 'pass'],
    ['of a ban', { limit: { rate: 10, burst: 10 }, ban: true }, 'fail'],
    ['of a ban with a status of its own', { limit: { rate: 10, burst: 10 }, ban: 403 }, 'fail'],
    ['of nothing', {}, 'inconclusive'],
  ];
  it.concurrent.each(recoveries)('judge recovery %s', async (_name, gateway, verdict) => {
    const verify = () => verifyFake(identity, { gateway, only: ['rate.recovery'] });
    const { results } = await (verdict === 'inconclusive' ? verify() : untilConclusive(verify));
    expect(results[0]?.verdict).toBe(verdict);
  });

  it.concurrent.each([
    ['rate', { requestsPerSecond: 100_000, burst: 5, status: 503 }, 'a limit of 100000/s'],
    ['burst', { requestsPerSecond: 1, burst: 100_000, status: 503 }, 'a burst of 100000 at 1/s'],
  ])('do not flood for a %s that they cannot tell', async (_name, rateLimit, why) => {
    const { results, duration } = await verifyFake(identity, { promise: { rateLimit }, kinds: ['flood'] });
    expect(results.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
    for (const { summary, earlier } of results) {
      expect(summary).toContain(why);
      expect(earlier).toEqual([]);
    }
    expect(duration).toBeLessThan(1000);
  });

  it.concurrent('are skipped where no limit is promised', async () => {
    const report = await verifyFake(identity, { promise: { rateLimit: null }, kinds: ['flood'] });
    expect(withVerdict(report, 'skip')).toEqual(['rate.limit', 'rate.key', 'rate.recovery']);
  });
});
