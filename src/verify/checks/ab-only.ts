import type { Check } from '../check.js';
import { conclude, exchangesOf, expectation, skipped, unanswered } from '../conclude.js';
import { defaultClient } from '../named-client.js';
import { predictionRequest } from '../prediction.js';
import type { Reply } from '../reply.js';
import { describeRoute, isDefaultAnswer, NO_EXPERIMENT } from '../routing.js';

export const abOnly: Check = {
  id: 'ab.only',
  title: 'The default API answers any other header value',
  objective: 6,
  severity: 'major',
  kind: 'paced',
  run: async (target) => {
    const { spec } = target;
    if (!spec.experiment) return skipped(NO_EXPERIMENT);
    const { header, value } = spec.experiment;
    const asDefault = await defaultClient(target);
    const replies: [string, Reply][] = [];
    for (const group of otherValues(value)) {
      replies.push([group, await target.ask(asDefault(predictionRequest(spec, { group })))]);
    }
    const answers = replies.map(([, reply]) => reply);
    const strayed = replies.filter(([, reply]) => !isDefaultAnswer(reply, spec));
    return (
      unanswered(answers) ??
      conclude({
        summary: `${replies.length - strayed.length} of ${replies.length} other values got the default API`,
        expectations: replies.map(([group, reply]) =>
          expectation(
            isDefaultAnswer(reply, spec),
            `${header}: ${group || '(empty)'}: the default API`,
            describeRoute(reply, spec),
          ),
        ),
        exchanges: exchangesOf(strayed.length > 0 ? strayed.map(([, reply]) => reply) : answers.slice(0, 1)),
        hint: 'The map should compare the whole value: a regular expression without ^ and $ matches more.',
      })
    );
  },
};

/** The value with something before and behind it shows a regular expression; upper case may go either way. */
const otherValues = (value: string): string[] =>
  ['control', '', `no${value}`, `${value}ger`].filter((other) => other !== value);
