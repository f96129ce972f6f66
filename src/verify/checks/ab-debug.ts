import type { Check, Expectation } from '../check.js';
import { conclude, expectation, skipped, unanswered } from '../conclude.js';
import { expectOwnContainer } from '../experiment-container.js';
import { hasProbabilities, labelOf, predictionRequest, probabilitiesOf } from '../prediction.js';
import { openObserver } from '../replica-observer.js';
import { jsonOf, property, type Ask, type Reply } from '../reply.js';
import { describeRoute, isExperimentAnswer, NO_EXPERIMENT, routingHint } from '../routing.js';
import type { Target, TargetSpec } from '../target.js';

/** Probabilities may be rounded to two digits: every one of them may be off by half of the last. */
const ROUNDING = 0.005;
const LEAST_TOLERANCE = 0.02;
const TIE_TOLERANCE = 1e-4;
const REPEATS = 3;

export const abDebug: Check = {
  id: 'ab.debug',
  title: 'Probabilities for all labels with the header',
  objective: 6,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const { spec } = target;
    if (!spec.experiment) return skipped(NO_EXPERIMENT);
    const { header, value } = spec.experiment;
    const observer = await openObserver(target);
    const request = predictionRequest(spec, { group: value });
    const first = await target.ask(observer?.mark(request, 0) ?? request);
    const ownContainer = await expectOwnContainer(target, first, observer);
    const replies = [first, ...(await askAgain(target, request))];
    const reply = replies.find((one) => !isExperimentAnswer(one, spec)) ?? first;
    return (
      unanswered(replies) ??
      conclude({
        summary: `${header}: ${value}: ${describeRoute(reply, spec)}`,
        expectations: [
          expectation(
            isExperimentAnswer(reply, spec),
            `200 with "${spec.probabilitiesField}"`,
            describeRoute(reply, spec),
          ),
          ...judgeProbabilities(reply, spec),
          ...(ownContainer ? [ownContainer] : []),
        ],
        exchanges: [reply.exchange],
        ...(ownContainer ? { facts: { 'served by': ownContainer.found } } : {}),
        hint: routingHint(
          reply,
          spec,
          'The map that chooses the upstream should send exactly this header value to the API with probabilities.',
        ),
      })
    );
  },
};

/** The upstream may hold an API that has no probabilities beside the one that has: it answers some of the requests. */
async function askAgain(target: Target, request: Ask): Promise<Reply[]> {
  const replies: Reply[] = [];
  while (replies.length < REPEATS) replies.push(await target.ask(request));
  return replies;
}

/** Nothing when the answer has none: then the routing is what is wrong. */
function judgeProbabilities(reply: Reply, spec: TargetSpec): Expectation[] {
  const { labels } = spec;
  const table = probabilitiesOf(reply, spec);
  if (!table) {
    const found = JSON.stringify(property(jsonOf(reply), spec.probabilitiesField));
    return hasProbabilities(reply, spec) ? [expectation(false, 'a number for each label', shortened(found))] : [];
  }
  const values = [...table.values()];
  const sum = values.reduce((total, value) => total + value, 0);
  const answer = labelOf(reply, spec, labels);
  const chosen = 'label' in answer ? table.get(answer.label) : undefined;
  const missing = labels.filter((label) => !table.has(label));
  return [
    expectation(
      Math.abs(sum - 1) <= Math.max(LEAST_TOLERANCE, ROUNDING * values.length) &&
        values.every((value) => value >= 0 && value <= 1),
      'probabilities that sum to 1',
      sum.toFixed(4),
    ),
    labels.length > 0
      ? expectation(
          missing.length === 0,
          `all ${labels.length} labels`,
          missing.length > 0 ? `missing: ${missing.join(', ')}` : `${table.size}`,
        )
      : expectation(table.size > 1, 'several labels', `${table.size}`),
    expectation(
      chosen !== undefined && chosen >= Math.max(...values) - TIE_TOLERANCE,
      'the predicted label is the most probable one',
      'label' in answer
        ? `${answer.label}: ${chosen ?? 'not in the table'}, highest: ${Math.max(...values)}`
        : answer.problem,
    ),
  ];
}

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
