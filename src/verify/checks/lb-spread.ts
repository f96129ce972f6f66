import type { Check, Expectation } from '../check.js';
import { advice, conclude, expectation, inconclusive, skipped } from '../conclude.js';
import { blindness, replicaSample, telling, type ReplicaSample } from '../replica-sample.js';

/** Of an even share. Below it weights, not chance, are at work: worth a word, but they may be meant. */
const SMALLEST_FAIR_PART = 0.25;

export const lbSpread: Check = {
  id: 'lb.spread',
  title: 'Requests are spread over all replicas',
  objective: 2,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const promised = target.spec.replicas;
    if (promised < 2) return skipped('one replica is promised: there is nothing to spread over');
    const sample = await replicaSample(target);
    const blind = blindness(sample);
    if (blind !== null) return inconclusive(blind, telling(sample));
    return conclude({
      summary: `${sample.replies.length} requests on one connection: ${countsOf(sample)}`,
      expectations: expectationsOf(sample, promised),
      exchanges: telling(sample),
      facts: factsOf(sample),
      hint: 'Look for `backup`, `down`, `ip_hash` or a single address in the upstream block of nginx.conf.',
    });
  },
};

function expectationsOf(sample: ReplicaSample, promised: number): Expectation[] {
  const { replies, served, anonymous } = sample;
  const total = served.reduce((sum, [, requests]) => sum + requests, 0);
  const fairPart = (SMALLEST_FAIR_PART * total) / Math.max(served.length, promised);
  const failed = replies.length - total - anonymous;
  const counts = countsOf(sample);
  return [
    expectation(served.length >= promised, `requests at ${promised} replicas`, `at ${served.length}: ${counts}`),
    expectation(failed === 0, `${replies.length} answers with 200`, `${replies.length - failed}`),
    advice(
      served.every(([, requests]) => requests >= fairPart),
      `no replica below ${Math.ceil(fairPart)} requests`,
      counts,
    ),
  ];
}

const countsOf = ({ served }: ReplicaSample): string => served.map(([, requests]) => requests).join(', ');

const factsOf = ({ served, connections }: ReplicaSample): Record<string, string> => ({
  ...Object.fromEntries(served.map(([instance, requests]) => [instance, `${requests} requests`])),
  connections: String(connections),
});
