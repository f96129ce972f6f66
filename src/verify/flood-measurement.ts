import { isHungUp, type Reply } from './reply.js';

/** One request as the limiter saw it: it was decided on somewhere between the two times (milliseconds). */
export type Outcome = Pick<Reply, 'status' | 'sentAt' | 'doneAt' | 'errorCode'>;

/** What limiters reject with. */
export const USUAL_REJECTIONS = [429, 503];
/** nginx's own way of rejecting: it closes the connection without an answer. */
const CLOSE = 444;

export const isRejected = (
  { status, errorCode }: Pick<Outcome, 'status' | 'errorCode'>,
  promised: number | null,
): boolean =>
  (status !== null && (status === promised || USUAL_REJECTIONS.includes(status))) ||
  ((promised === null || promised === CLOSE) && isHungUp({ errorCode }));

/** Whether the limiter let a request pass; what the service then said to it is another check's matter. */
export const isPassed = (outcome: Outcome, promised: number | null): boolean =>
  outcome.status !== null && !isRejected(outcome, promised);

type Rejection = Pick<Reply, 'status' | 'errorCode' | 'headers'>;

/** Seconds: two answers of one limiter don't differ by more in when to come back. */
const COME_BACK = 30;

/**
 * Tells the rejections of one limiter from those of others, such as one of wrong passwords, by what it was seen to
 * answer: its statuses, and about when to come back. Pure.
 * @param seen replies to a flood that it alone has rejected
 */
export function rejectionsLike(seen: Rejection[], promised: number | null): (reply: Rejection) => boolean {
  const its = seen.filter((reply) => isRejected(reply, promised));
  const statuses = new Set(its.map(({ status }) => status));
  const times = its.flatMap(({ headers }) => secondsOf(headers));
  return (reply) => {
    const [time] = secondsOf(reply.headers);
    const isSoon = time === undefined || times.length === 0 || times.some((one) => Math.abs(one - time) <= COME_BACK);
    return isRejected(reply, promised) && statuses.has(reply.status) && isSoon;
  };
}

/** Of `Retry-After`; none where it is missing or a date. */
const secondsOf = (headers: Reply['headers']): number[] =>
  /^\d+$/.test(headers['retry-after'] ?? '') ? [Number(headers['retry-after'])] : [];

/** What a flood met. */
export interface FloodMeasurement {
  /** Per second. */
  offered: number;
  rejected: number;
  /** Passed before the first rejection, and how long that took at most (seconds). */
  headStart: number;
  headStartTime: number;
  /** Passed after the first rejection, and the longest interval possible (seconds) in which that was decided. */
  passedAfter: number;
  interval: number;
  /** Passed per second after the first rejection: a lower bound. */
  passedRate: number;
  /** Seconds from the first request to the last answer. */
  span: number;
  /** Milliseconds from first to last request of the flood. */
  duration: number;
  /** 95th percentile of a rejection's duration, milliseconds. */
  decisionTime: number;
  rejections: number[];
  /** Neither answered nor closed on purpose. */
  lost: number;
}

/**
 * Counts and times a flood. Pure.
 * @param rejects whether the limiter rejected; by default as `isRejected` tells
 */
export function measureFlood<One extends Outcome>(
  outcomes: One[],
  promised: number | null,
  rejects: (outcome: One) => boolean = (outcome) => isRejected(outcome, promised),
): FloodMeasurement {
  const sent = outcomes.toSorted((a, b) => a.sentAt - b.sentAt);
  const rejected = sent.filter(rejects);
  const passed = sent.filter((outcome) => outcome.status !== null && !rejects(outcome));
  const begin = sent[0]?.sentAt ?? 0;
  const duration = (sent.at(-1)?.sentAt ?? 0) - begin;
  const first = rejected[0];
  const after = first ? passed.filter(({ sentAt }) => sentAt > first.sentAt) : [];
  const slowest = Math.max(0, ...rejected.map(durationOf));
  // A passed request may have been held back, but the limiter decided on it as fast as on a rejected one.
  const latest = Math.max(
    sent.at(-1)?.sentAt ?? 0,
    ...after.map(({ sentAt, doneAt }) => Math.min(doneAt, sentAt + slowest)),
  );
  const interval = first ? (latest - first.sentAt) / 1000 : 0;
  return {
    offered: duration > 0 ? ((sent.length - 1) * 1000) / duration : 0,
    rejected: rejected.length,
    headStart: passed.length - after.length,
    headStartTime: first ? (first.doneAt - begin) / 1000 : duration / 1000,
    passedAfter: after.length,
    interval,
    passedRate: after.length > 0 ? after.length / interval : 0,
    span: (Math.max(begin, ...sent.map(({ doneAt }) => doneAt)) - begin) / 1000,
    duration,
    decisionTime: percentile95(rejected.map(durationOf)),
    rejections: [...new Set(rejected.map(({ status }) => status ?? CLOSE))].toSorted((a, b) => a - b),
    lost: sent.length - rejected.length - passed.length,
  };
}

const durationOf = ({ sentAt, doneAt }: Outcome): number => doneAt - sentAt;

function percentile95(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * 0.95)] ?? 0;
}
