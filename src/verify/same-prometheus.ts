import type { Expectation } from './check.js';
import { expectation } from './conclude.js';
import { queryRequest, samplesOf, type PrometheusApi, type Sample } from './prometheus-api.js';
import type { Reply } from './reply.js';
import type { Target } from './target.js';
import { waitFor } from './wait-for.js';

/** Says which Prometheus it is (its start time differs from any other's), not only that one answers. */
const IDENTITY = 'prometheus_build_info or process_start_time_seconds or up';

/**
 * Whether Grafana's data source answers as Prometheus itself does. Asked again until it does: before
 * the first scrape there is nothing to compare, and a scrape may fall between the two answers.
 */
export async function comparePrometheus(
  target: Target,
  { proxied, direct }: { proxied: PrometheusApi; direct: PrometheusApi },
  pause: { every: number; within: number },
): Promise<{ expectation: Expectation; replies: Reply[] }> {
  const look = async (): Promise<{ through: Reply; itself: Reply }> => ({
    through: await target.askNow(queryRequest(proxied, IDENTITY)),
    itself: await target.askNow(queryRequest(direct, IDENTITY)),
  });
  const seen = await waitFor(look, isSame, pause);
  return {
    expectation: expectation(
      isSame(seen),
      'the data source answers as Prometheus does',
      `data source: ${describe(seen.through)}; Prometheus: ${describe(seen.itself)}`,
    ),
    replies: [seen.through, seen.itself],
  };
}

function isSame({ through, itself }: { through: Reply; itself: Reply }): boolean {
  const [a, b] = [samplesOf(through), samplesOf(itself)];
  return !('problem' in a) && !('problem' in b) && a.length > 0 && fingerprint(a) === fingerprint(b);
}

function describe(reply: Reply): string {
  const samples = samplesOf(reply);
  return 'problem' in samples ? samples.problem : `${samples.length} series`;
}

const fingerprint = (samples: Sample[]): string =>
  samples
    .map(({ metric, value }) => JSON.stringify([Object.entries(metric).toSorted(), value]))
    .toSorted()
    .join('\n');
