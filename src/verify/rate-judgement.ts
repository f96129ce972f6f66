import type { CheckResult, Expectation } from './check.js';
import { conclude, expectation, inconclusive } from './conclude.js';
import { isPassed, measureFlood, type FloodMeasurement, type Outcome } from './flood-measurement.js';

export interface RateObservation {
  /** Open-loop, far above the limit. */
  flood: Outcome[];
  /** Closed-loop, a little below the limit, begun when the bucket was full. */
  trickle: Outcome[];
}

export interface PromisedRate {
  requestsPerSecond: number;
  burst: number;
  status: number | null;
}

/** Of the flood; a kept-alive connection may be closed at the wrong moment. */
const MOST_LOST = 0.02;

/** Offered load below this multiple of the limit proves nothing about it. */
const LEAST_OFFERED = 3;
/** The limit is too high only above this multiple: bounds, not point estimates. */
const TOLERANCE = 1.2;
/** Of the trickle; two may fall to timing. */
const LEAST_SERVED = 22 / 24;
/** A right limiter may hold a burst of up to 20 whatever was declared. */
export const USUAL_BURST = 20;
/** Answers that take longer than this part of the flood leave open when the limiter decided. */
const WIDEST_DECISION = 0.25;

/** Judges what a flood and the trickle after it have met. Pure: the same observation gives the same verdict. */
export function judgeRate(observation: RateObservation, promised: PromisedRate): Omit<CheckResult, 'exchanges'> {
  const { requestsPerSecond: rate, status } = promised;
  const measured = measureFlood(observation.flood, status);
  const served = observation.trickle.filter((outcome) => isPassed(outcome, status)).length;
  const leastServed = Math.floor(observation.trickle.length * LEAST_SERVED);
  const facts = factsOf(measured, served, observation.trickle.length);

  const weakness = weaknessOf(measured, observation.flood.length, rate);
  if (weakness !== null) return { ...inconclusive(weakness), facts, retry: true };
  if (measured.rejected > 0 && measured.decisionTime > WIDEST_DECISION * measured.duration) {
    const summary = `answers took up to ${Math.round(measured.decisionTime)} ms: too long to tell when the limiter decided`;
    return { ...inconclusive(summary), facts, retry: true };
  }
  return conclude({
    summary: `${round(measured.offered)}/s offered: ${measured.rejected} of ${observation.flood.length} rejected, ${round(measured.passedRate)}/s passed; just below the limit ${served} of ${observation.trickle.length} served`,
    expectations: [
      ...(measured.rejected > 0 ? limitExpectations(measured, promised) : [noLimit(measured, rate)]),
      expectation(
        served >= leastServed,
        `just below ${rate}/s at least ${leastServed} of ${observation.trickle.length} are served`,
        `${served}`,
      ),
    ],
    exchanges: [],
    facts,
    hint: 'Compare `limit_req_zone … rate=` and `limit_req` with the promise; without `limit_req` in the location nothing is limited.',
  });
}

/**
 * Why a flood proves nothing, or null when it does.
 * @param rate requests per second that are promised
 */
export function weaknessOf({ offered, lost }: FloodMeasurement, sent: number, rate: number): string | null {
  if (offered < LEAST_OFFERED * rate) {
    return `only ${round(offered)} requests/s could be offered, ${LEAST_OFFERED * rate} are needed to tell`;
  }
  return lost > MOST_LOST * sent ? `${lost} of ${sent} requests got no answer` : null;
}

function limitExpectations(
  measured: FloodMeasurement,
  { requestsPerSecond: rate, burst, status }: PromisedRate,
): Expectation[] {
  const ceiling = rate * TOLERANCE;
  const largestHeadStart = Math.ceil(1.5 * Math.max(burst, USUAL_BURST) + 1 + ceiling * measured.headStartTime);
  return [
    expectation(
      measured.passedRate <= ceiling,
      `at most ${round(ceiling)}/s pass once the burst is used up`,
      `at least ${round(measured.passedRate)}/s`,
    ),
    expectation(
      measured.headStart <= largestHeadStart,
      `the first rejection after at most ${largestHeadStart} requests`,
      `after ${measured.headStart}`,
    ),
    ...(status === null
      ? []
      : [
          expectation(
            measured.rejections.every((found) => found === status),
            `rejected with ${status}`,
            measured.rejections.join(', '),
          ),
        ]),
  ];
}

const noLimit = (measured: FloodMeasurement, rate: number): Expectation =>
  expectation(
    false,
    `requests above ${rate}/s are rejected`,
    `all of ${measured.headStart} at ${round(measured.offered)}/s passed`,
  );

const factsOf = (measured: FloodMeasurement, served: number, trickled: number): Record<string, string> => ({
  'offered load': `${round(measured.offered)}/s for ${round(measured.duration / 1000)} s`,
  rejected: `${measured.rejected}${measured.rejections.length > 0 ? ` with ${measured.rejections.join(', ')}` : ''}`,
  'passed before the first rejection': String(measured.headStart),
  'passed after it': `at least ${round(measured.passedRate)}/s`,
  'served just below the limit': `${served} of ${trickled}`,
});

const round = (value: number): string => value.toFixed(1).replace(/\.0$/, '');
