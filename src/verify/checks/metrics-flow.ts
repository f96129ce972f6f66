import type { Check, CheckResult } from '../check.js';
import { conclude, exchangesOf, expectation, inconclusive } from '../conclude.js';
import { leftOut } from '../left-out.js';
import { predictionRequest } from '../prediction.js';
import { pause } from '../pause.js';
import { queryRequest, samplesOf } from '../prometheus-api.js';
import type { Reply } from '../reply.js';
import { tooRareToWait } from '../scrape-wait.js';
import type { Target, TargetSpec } from '../target.js';
import { waitFor } from '../wait-for.js';

const QUERY = 'sum(nginx_http_requests_total)';
const UP_QUERY = 'max(nginx_up)';
/** More than the scrapes of the status page themselves add to the counter while we wait. */
const REQUESTS = 20;
const rareHint = ({ isOwn }: Pick<TargetSpec, 'isOwn'>): string =>
  `Shorten ${isOwn ? 'monitoring.scrapeInterval' : "Prometheus' scrape_interval"} to have this verified.`;

export const metricsFlow: Check = {
  id: 'metrics.flow',
  title: "Prometheus counts the gateway's requests",
  objective: 7,
  severity: 'major',
  kind: 'monitoring',
  run: async (target) => {
    const { prometheus } = target.spec;
    if (prometheus === null) return leftOut(target.spec, 'prometheus');
    const tooRare = tooRareToWait(prometheus.scrapeIntervalSeconds);
    if (tooRare !== null) return inconclusive(tooRare, [], rareHint(target.spec));
    const read = (): Promise<Reading> => readNumber(target, prometheus.url, QUERY);
    const interval = prometheus.scrapeIntervalSeconds * 1000;
    const every = Math.max(50, Math.min(1000, interval / 4));
    const before = await waitFor(read, ({ value, reply }) => value !== null || reply.status === null, {
      every,
      within: 2 * interval + prometheus.discoverySeconds * 1000,
    });
    if (before.value === null) return noCounter(before.reply);

    const sent = await traffic(target);
    if (sent < REQUESTS) return inconclusive(`the gateway answered only ${sent} of ${REQUESTS} requests`);
    const needed = before.value + sent;
    const after = await waitFor(read, ({ value }) => value !== null && value >= needed, {
      every,
      within: 2 * interval + 5000,
    });
    const up = await readNumber(target, prometheus.url, UP_QUERY);
    const risen = after.value === null ? null : after.value - before.value;
    return conclude({
      summary: `${sent} requests sent, ${QUERY} ${risen === null ? 'cannot be read any more' : `rose by ${risen}`}`,
      expectations: [
        expectation(
          risen !== null && risen >= sent,
          `a rise by at least ${sent}`,
          `${before.value} → ${after.value ?? problemOf(after.reply)}`,
        ),
        expectation(up.value === 1, 'nginx_up 1', String(up.value ?? problemOf(up.reply))),
      ],
      exchanges: exchangesOf([before.reply, after.reply, up.reply]),
      hint: 'Prometheus must scrape the exporter, and the exporter this gateway: compare scrape_configs and --nginx.scrape-uri.',
    });
  },
};

interface Reading {
  value: number | null;
  reply: Reply;
}

async function readNumber({ askNow }: Target, origin: string, query: string): Promise<Reading> {
  const reply = await askNow(queryRequest({ origin, prefix: '' }, query));
  const samples = samplesOf(reply);
  const value = 'problem' in samples ? Number.NaN : Number(samples[0]?.value ?? Number.NaN);
  return { value: Number.isNaN(value) ? null : value, reply };
}

/**
 * Requests that the gateway has answered since. The other checks' count; only when none is at work
 * are own ones sent: without credentials, so that they shift no replica's turn.
 */
async function traffic(target: Target): Promise<number> {
  // One more may have been under way when the counter was read.
  const begin = target.answered() + 1;
  const enough = (): boolean => target.answered() - begin >= REQUESTS;
  for (let own = 0; own < 2 * REQUESTS && !enough();) {
    await pause(target.pace);
    if (!target.idle()) continue;
    own += 1;
    const reply = await target.ask(predictionRequest(target.spec, { auth: null, method: 'GET' }));
    if (reply.status === null) break;
  }
  return target.answered() - begin;
}

function noCounter(reply: Reply): CheckResult {
  const found = problemOf(reply);
  return conclude({
    summary: `${QUERY}: ${found}`,
    expectations: [expectation(false, 'a counter of gateway requests', found)],
    exchanges: [reply.exchange],
    hint: 'Prometheus must scrape the exporter: compare scrape_configs with its address.',
  });
}

/** Why there is no number to read. */
function problemOf(reply: Reply): string {
  const samples = samplesOf(reply);
  return 'problem' in samples ? samples.problem : 'no series';
}
