import type { CheckResult } from './check.js';
import { USUAL_REJECTIONS } from './flood-measurement.js';
import { INSTANCE_HEADER } from './prediction.js';
import type { Target } from './target.js';
import type { Traffic } from './traffic.js';

/**
 * A paced request that the limiter rejected says nothing about what the check asked: the limit is
 * lower than promised (which `rate.limit` tells), or somebody else uses it up from this address.
 * Where nothing at all was let through, though there had been time to cool down, it is no limiter that
 * rejects: a stack that is down says the same.
 * @param met what the gateway said to the check; `isCooledDown`: nobody had asked for longer than a limiter remembers
 */
export function excuseLimited(
  result: CheckResult,
  { spec }: Pick<Target, 'spec'>,
  { met, isCooledDown }: { met: Traffic; isCooledDown: boolean },
): CheckResult {
  if (isCooledDown && met.limited > 0 && met.limited === met.answered) return result;
  const promised = spec.rateLimit?.status ?? null;
  const isExcused = result.exchanges.some(({ response }) => 'status' in response && isLimited(response, promised));
  if (result.verdict !== 'fail' || !isExcused) return result;
  return {
    ...result,
    verdict: 'inconclusive',
    summary: `${result.summary}; the gateway rejected some, though they came within the promised rate`,
    hint: 'Somebody else may be using up the rate limit from this address, or it is lower than promised: see rate.limit.',
    retry: true,
  };
}

/**
 * Rejected by the gateway itself: an answer that names its replica came from the API.
 * @param promised the status of rejections; null: any of the usual ones
 */
export const isLimited = (
  { status, headers }: { status: number | null; headers: Record<string, string> },
  promised: number | null,
): boolean =>
  (status === 429 || (promised === null ? USUAL_REJECTIONS.some((usual) => usual === status) : status === promised)) &&
  headers[INSTANCE_HEADER] === undefined;
