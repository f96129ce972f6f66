import { lookInside } from './look-inside.js';
import { hasProbabilities, isPrediction, labelOf, VERSION_HEADER } from './prediction.js';
import type { Reply } from './reply.js';
import type { TargetSpec } from './target.js';

export const NO_EXPERIMENT = 'no route to an API with probabilities is configured';

/** What is promised of answers. */
type Answers = Pick<TargetSpec, 'versions' | 'responseField' | 'probabilitiesField'>;

/** Served by the default API: by its body, and by what it calls itself where that is known. */
export const isDefaultAnswer = (reply: Reply, spec: Answers): boolean =>
  isPrediction(reply, spec) && !hasProbabilities(reply, spec) && isNamed(reply, spec.versions?.default);

/** Served by the API of the experiment. */
export const isExperimentAnswer = (reply: Reply, spec: Answers): boolean =>
  isPrediction(reply, spec) && hasProbabilities(reply, spec) && isNamed(reply, spec.versions?.experiment);

/** A second witness: it must not contradict the body. Answers without the header leave it to the body. */
function isNamed({ headers }: Reply, version: string | undefined): boolean {
  const named = headers[VERSION_HEADER];
  return version === undefined || named === undefined || named === version;
}

/** "200 without probabilities from v1" */
export function describeRoute(reply: Reply, spec: Pick<Answers, 'responseField' | 'probabilitiesField'>): string {
  const answer = labelOf(reply, spec);
  if ('problem' in answer) return answer.problem;
  const version = reply.headers[VERSION_HEADER];
  return `200 ${hasProbabilities(reply, spec) ? 'with' : 'without'} probabilities${version === undefined ? '' : ` from ${version}`}`;
}

/** What to look at: the containers where the API gave no answer of its own, else the routing. */
export const routingHint = (reply: Reply, spec: Pick<TargetSpec, 'isOwn'>, hint: string): string =>
  reply.status !== null && reply.status >= 500
    ? `See whether the API containers run: ${lookInside(spec).status}, ${lookInside(spec).logs}.`
    : hint;
