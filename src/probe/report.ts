import { visible } from '../report/print.js';
import type { PredictionAnswer } from './prediction.js';

/** One request of the probe and what became of it. */
export interface Sample {
  /** Milliseconds since the probe began at which it was sent. */
  at: number;
  /** Until the whole answer was here, or the connection broke. */
  milliseconds: number;
  /** The API that the request was meant for: counts the answers of replicas that do not name themselves. */
  api: string;
  /** A text: why there was no answer. */
  outcome: PredictionAnswer | string;
  /** Asked a second time, because the gateway had closed the kept connection under the first. */
  reconnected: boolean;
}

/** What clients noticed of a change: see docs/hooks.md, "The probe". */
export interface ProbeReport {
  /** Requests by which the change is judged. */
  sent: number;
  /** Of those: anything but a 200 with a prediction. */
  failed: number;
  /** The first few: `at 1203 ms: 502 …`. */
  failures: string[];
  /** Of those sent: how many found their kept connection closed and were asked again on a new one, as curl does. */
  reconnected: number;
  /** Requests that say nothing about the change: see `isTelling`. */
  unjudged: number;
  /** Milliseconds to a prediction; null: there was none. */
  p50: number | null;
  p99: number | null;
  seconds: number;
  /** Predictions by the replica that gave them (`api-v1-2`), or by API where it does not say. */
  versions: Record<string, number>;
  /**
   * Milliseconds in which replicas of before and replicas that joined both gave predictions; of several APIs the
   * one with the least. 0: nobody joined, or not before those of before were gone.
   */
  overlap: number;
}

const MOST_FAILURES_TOLD = 5;
const LONGEST_FAILURE = 160;
/** Milliseconds that old workers may still be asked after the first new one has answered. */
const CHANGEOVER = 1_000;
/** A replica that is first seen after one of its fellows has answered so often was not there before: all take turns. */
const ROUNDS_TO_MEET_ALL = 3;

type Answered = Sample & { outcome: PredictionAnswer };

/**
 * What a stream of requests says about a change. Pure.
 * @param samples in any order
 * @param limitStatus what the gateway answers to those who ask too often; null: it limits nobody
 */
export function summarizeProbe(samples: Sample[], seconds: number, limitStatus: number | null): ProbeReport {
  const telling = samples.filter(isTelling(samples, limitStatus));
  const failed = telling.filter((sample) => !isPrediction(sample)).toSorted((a, b) => a.at - b.at);
  const served = telling.filter(isPrediction).toSorted((a, b) => answeredAt(a) - answeredAt(b));
  const times = served.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  return {
    sent: telling.length,
    failed: failed.length,
    failures: failed.slice(0, MOST_FAILURES_TOLD).map(describeFailure),
    reconnected: telling.filter((sample) => sample.reconnected).length,
    unjudged: samples.length - telling.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    seconds,
    versions: countBy(served.map(replicaOf)),
    overlap: leastOverlap(served),
  };
}

/**
 * Whether a request says something about the change. Those do not that
 * - failed on a route on which nobody had got a prediction yet: what did not work before was not broken by the change.
 *   On a first `up` there is no gateway, then no API behind it; elsewhere the gateway may not know a new user yet;
 * - were rejected by the rate limit: a gateway of before that does not know the probe.
 */
function isTelling(samples: Sample[], limitStatus: number | null): (sample: Sample) => boolean {
  const firsts = new Map<string, number>();
  for (const sample of samples.filter(isPrediction)) {
    firsts.set(sample.api, Math.min(firsts.get(sample.api) ?? Infinity, answeredAt(sample)));
  }
  const firstAnswer = samples.filter(isAnswered).toSorted((a, b) => answeredAt(a) - answeredAt(b))[0];
  // Old workers answer beside the new ones for a moment.
  const userKnownAfter = firstAnswer?.outcome.status === 401 ? CHANGEOVER : 0;
  return (sample) => {
    if (isPrediction(sample)) return true;
    if (isAnswered(sample) && isLimited(sample.outcome, limitStatus)) return false;
    const refused = isAnswered(sample) && sample.outcome.status === 401;
    return sample.at >= (firsts.get(sample.api) ?? Infinity) + (refused ? userKnownAfter : 0);
  };
}

/** Rejected by the gateway's rate limit: an API that has too much to do names itself. */
export const isLimited = ({ status, instance }: PredictionAnswer, limitStatus: number | null): boolean =>
  status === limitStatus && instance === null;

const isAnswered = (sample: Sample): sample is Answered => typeof sample.outcome !== 'string';
const isPrediction = (sample: Sample): sample is Answered =>
  isAnswered(sample) && sample.outcome.status === 200 && sample.outcome.label !== null;
const answeredAt = ({ at, milliseconds }: Sample): number => at + milliseconds;
const replicaOf = ({ outcome, api }: Answered): string => outcome.instance ?? api;

function describeFailure({ at, outcome }: Sample): string {
  const what = typeof outcome === 'string' ? outcome : `${outcome.status} ${outcome.body.trim()}`;
  return `at ${Math.round(at)} ms: ${visible(what).slice(0, LONGEST_FAILURE)}`;
}

/** By the nearest rank. */
const percentile = (sorted: number[], share: number): number | null =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;

function countBy(names: string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

function leastOverlap(served: Answered[]): number {
  const byApi = new Map<string, Answered[]>();
  for (const answer of served) {
    const api = replicaOf(answer).replace(/-\d+$/, '');
    byApi.set(api, [...(byApi.get(api) ?? []), answer]);
  }
  const overlaps = [...byApi.values()].map(overlapOf).filter((overlap) => overlap !== null);
  return overlaps.length === 0 ? 0 : Math.min(...overlaps);
}

/** @param answers of one API, by the time they came; null: no replica joined */
function overlapOf(answers: Answered[]): number | null {
  const counts = new Map<string, number>();
  const joined = new Set<string>();
  let allMet = false;
  let firstNew: number | null = null;
  let lastOld = 0;
  for (const answer of answers) {
    const replica = replicaOf(answer);
    if (allMet && !counts.has(replica)) joined.add(replica);
    const count = (counts.get(replica) ?? 0) + 1;
    counts.set(replica, count);
    allMet ||= count >= ROUNDS_TO_MEET_ALL;
    if (joined.has(replica)) firstNew ??= answeredAt(answer);
    else lastOld = answeredAt(answer);
  }
  return firstNew === null ? null : Math.max(0, Math.round(lastOld - firstNew));
}
