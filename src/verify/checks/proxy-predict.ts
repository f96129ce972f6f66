import type { Check, CheckResult, Expectation } from '../check.js';
import { conclude, exchangesOf, expectation, inconclusive } from '../conclude.js';
import { lookInside } from '../look-inside.js';
import { defaultClient } from '../named-client.js';
import { labelOf, predictionRequest, SENTENCES } from '../prediction.js';
import { isUntrusted, outcomeOf, type Reply } from '../reply.js';
import type { Target, TargetSpec } from '../target.js';

const badBodies = ({ requestField: key }: TargetSpec): Record<string, string> => ({
  'broken JSON': `{${JSON.stringify(key)}: `,
  [`no ${key}`]: '{}',
});

export const proxyPredict: Check = {
  id: 'proxy.predict',
  title: 'Real predictions come through the gateway',
  objective: 1,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const predictions = await askUntilLabelsDiffer(target);
    const untrusted = predictions.find(isUntrusted);
    if (untrusted) return inconclusive(outcomeOf(untrusted), [untrusted.exchange]);
    if (predictions.some(({ status }) => status !== 200)) return judge(target.spec, predictions, []);
    const rejections: [string, Reply][] = [];
    for (const [name, body] of Object.entries(badBodies(target.spec))) {
      rejections.push([name, await target.ask({ ...predictionRequest(target.spec), body })]);
    }
    return judge(target.spec, predictions, rejections);
  },
};

/** A thing that answers everybody the same is not a model; two labels are proof enough. */
async function askUntilLabelsDiffer(target: Target): Promise<Reply[]> {
  const asDefault = await defaultClient(target);
  const replies: Reply[] = [];
  const labels = new Set<string>();
  for (const sentence of SENTENCES) {
    const reply = await target.ask(asDefault(predictionRequest(target.spec, { sentence })));
    replies.push(reply);
    const answer = labelOf(reply, target.spec, target.spec.labels);
    if ('problem' in answer || labels.add(answer.label).size > 1) break;
  }
  return replies;
}

function judge(spec: TargetSpec, predictions: Reply[], rejections: [string, Reply][]): CheckResult {
  const answers = predictions.map((reply) => labelOf(reply, spec, spec.labels));
  const found = answers.map((answer) => ('label' in answer ? answer.label : answer.problem));
  const valid = answers.every((answer) => 'label' in answer);
  const expectations: Expectation[] = [
    expectation(
      valid,
      `every prediction is 200 with ${spec.labels.length > 0 ? 'a known' : 'a'} label`,
      found.join(', '),
    ),
    ...(valid
      ? [expectation(new Set(found).size > 1, 'different sentences get different labels', distinct(found))]
      : []),
    ...rejections.map(([name, reply]) =>
      expectation(isClientError(reply), `${name} is refused with 400, 413, 415 or 422`, outcomeOf(reply)),
    ),
  ];
  return conclude({
    summary: [
      `${predictions.length} sentences: ${found.join(', ')}`,
      ...rejections.map(([name, reply]) => `${name}: ${outcomeOf(reply)}`),
    ].join('; '),
    expectations,
    exchanges: exchangesOf([...predictions, ...rejections.map(([, reply]) => reply)]),
    hint: `Look at the API containers: ${lookInside(spec).status}, ${lookInside(spec).logs}.`,
  });
}

const distinct = (labels: string[]): string => `${labels.length} sentences, labels: ${[...new Set(labels)].join(', ')}`;

const isClientError = ({ status }: Reply): boolean => status !== null && [400, 413, 415, 422].includes(status);
