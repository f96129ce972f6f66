import type { CheckResult, Exchange } from './check.js';
import { INSTANCE_HEADER } from './prediction.js';
import type { Target } from './target.js';

/**
 * A paced request that the limiter rejected says nothing about what the check asked: the limit is
 * lower than promised (which `rate.limit` tells), or somebody else uses it up from this address.
 */
export function excuseLimited(result: CheckResult, { spec, pace }: Pick<Target, 'spec' | 'pace'>): CheckResult {
  const status = spec.rateLimit?.status ?? null;
  if (result.verdict !== 'fail' || !result.exchanges.some((exchange) => isLimited(exchange, status))) return result;
  return {
    ...result,
    verdict: 'inconclusive',
    summary: `${result.summary}; at ${1000 / pace} requests/s the gateway already rejected some`,
    hint: 'Somebody else may be using up the rate limit from this address, or it is lower than promised: see rate.limit.',
    retry: true,
  };
}

/** Rejected by the gateway itself: an answer that names its replica came from the API. */
const isLimited = ({ response }: Exchange, status: number | null): boolean =>
  'status' in response &&
  (response.status === 429 || response.status === status) &&
  response.headers[INSTANCE_HEADER] === undefined;
