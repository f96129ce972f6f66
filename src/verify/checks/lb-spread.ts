import type { Check, Expectation } from '../check.js';
import { advice, conclude, expectation, inconclusive, skipped } from '../conclude.js';
import { blindness, replicaSample, telling, type ReplicaSample } from '../replica-sample.js';
import { stickiness } from '../stickiness.js';

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
    const sticky = sample.served.length < promised ? await stickiness(target) : null;
    if (sticky !== null) {
      return inconclusive(
        `not demonstrable from one client: \`${sticky}\` keeps each client at one replica`,
        telling(sample),
      );
    }
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
  const { replies, served } = sample;
  const total = served.reduce((sum, [, requests]) => sum + requests, 0);
  const fairPart = (SMALLEST_FAIR_PART * total) / Math.max(served.length, promised);
  const answered = replies.filter(({ status }) => status === 200).length;
  const counts = countsOf(sample);
  return [
    expectation(served.length >= promised, `requests at ${promised} replicas`, `at ${served.length}: ${counts}`),
    expectation(answered === replies.length, `${replies.length} answers with 200`, `${answered}`),
    advice(
      served.every(([, requests]) => requests >= fairPart),
      `no replica below ${Math.ceil(fairPart)} ${unitOf(sample)}`,
      counts,
    ),
  ];
}

const countsOf = (sample: ReplicaSample): string =>
  sample.served.map(([, count]) => count).join(', ') + (unitOf(sample) === 'packets' ? ' packets' : '');

const unitOf = ({ witness }: ReplicaSample): string =>
  witness === 'packet counters of the engine' ? 'packets' : 'requests';

const factsOf = (sample: ReplicaSample): Record<string, string> => ({
  ...Object.fromEntries(sample.served.map(([instance, count]) => [instance, `${count} ${unitOf(sample)}`])),
  'told apart by': sample.witness ?? 'nothing',
  connections: String(sample.connections),
});
