import type { Check } from '../check.js';
import { conclude, expectation, inconclusive } from '../conclude.js';
import { blindness, replicaSample, telling } from '../replica-sample.js';

export const lbReplicas: Check = {
  id: 'lb.replicas',
  title: 'All promised replicas answer',
  objective: 2,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const sample = await replicaSample(target);
    const { replies, served, anonymous } = sample;
    const blind = blindness(sample);
    if (blind !== null) return inconclusive(blind, telling(sample));
    const promised = target.spec.replicas;
    return conclude({
      summary: `${served.length} of ${promised} replicas answered ${replies.length} requests`,
      expectations: [expectation(served.length >= promised, `at least ${promised} replicas`, `${served.length}`)],
      exchanges: telling(sample),
      facts: {
        replicas: served.map(([instance]) => instance).join(', '),
        ...(anonymous > 0 ? { 'answers without a replica name': String(anonymous) } : {}),
      },
      hint: 'See which containers run (`fortress status`) and whether nginx has all their addresses in the upstream.',
    });
  },
};
