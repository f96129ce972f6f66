import type { Check, Expectation } from '../check.js';
import { conclude, expectation, inconclusive } from '../conclude.js';
import { containersBehind } from '../deployed-roles.js';
import { lookInside } from '../look-inside.js';
import { replicaGroup, type ReplicaGroup } from '../replica-group.js';
import { blindness, replicaSample, telling, type ReplicaSample } from '../replica-sample.js';
import type { TargetSpec } from '../target.js';

const hintFor = (spec: TargetSpec): string =>
  `See which containers run (${lookInside(spec).status}) and how many replicas are configured.`;

export const lbReplicas: Check = {
  id: 'lb.replicas',
  title: 'All promised replicas run',
  objective: 2,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const sample = await replicaSample(target);
    const { replies, served } = sample;
    const blind = blindness(sample);
    const behind = behindExpectation(target.spec);
    if (blind !== null) {
      return behind.some(({ ok }) => !ok)
        ? conclude({ summary: blind, expectations: behind, exchanges: telling(sample), hint: hintFor(target.spec) })
        : inconclusive(blind, telling(sample));
    }
    const promised = target.spec.replicas;
    // Who answers runs. Who does not answer may still run: whether it gets requests is lb.spread's question.
    const group = served.length < promised ? await replicaGroup(target, sample.containers) : null;
    return conclude({
      summary: group
        ? `${group.running.length} of ${promised} replicas run; ${served.length} answered ${replies.length} requests`
        : `${served.length} of ${promised} replicas answered ${replies.length} requests`,
      expectations: [expectationOf(promised, sample, group), ...behind],
      exchanges: telling(sample),
      facts: factsOf(sample, group),
      hint: hintFor(target.spec),
    });
  },
};

function expectationOf(promised: number, { served }: ReplicaSample, group: ReplicaGroup | null): Expectation {
  const expected = `at least ${promised} replicas`;
  if (!group) return expectation(served.length >= promised, expected, `${served.length} answered`);
  const { running, stopped } = group;
  const found = `${running.length} running: ${namesOf(running)}`;
  return expectation(
    running.length >= promised,
    expected,
    stopped.length > 0 ? `${found}; not running: ${namesOf(stopped)}` : found,
  );
}

/** Names in answers are words; containers are not. */
function behindExpectation(spec: TargetSpec): Expectation[] {
  if ('unknown' in spec.deployment) return [];
  const behind = containersBehind(spec.deployment.containers, spec);
  return [
    expectation(
      behind.length >= spec.replicas,
      `at least ${spec.replicas} containers behind the gateway`,
      `${behind.length}`,
    ),
  ];
}

const factsOf = (
  { served, anonymous, witness }: ReplicaSample,
  group: ReplicaGroup | null,
): Record<string, string> => ({
  replicas: served.map(([instance]) => instance).join(', '),
  'told apart by': witness ?? 'nothing',
  ...(anonymous > 0 ? { 'answers without a replica name': String(anonymous) } : {}),
  ...(group ? { running: namesOf(group.running) } : {}),
});

const namesOf = (containers: { name: string }[]): string => containers.map(({ name }) => name).join(', ') || 'none';
