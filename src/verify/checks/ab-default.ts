import type { Check } from '../check.js';
import { conclude, expectation, skipped, unanswered } from '../conclude.js';
import { predictionRequest } from '../prediction.js';
import { describeRoute, isDefaultAnswer, NO_EXPERIMENT, routingHint } from '../routing.js';

export const abDefault: Check = {
  id: 'ab.default',
  title: 'The default API answers without the header',
  objective: 6,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const { spec } = target;
    if (!spec.experiment) return skipped(NO_EXPERIMENT);
    const reply = await target.ask(predictionRequest(spec));
    return (
      unanswered([reply]) ??
      conclude({
        summary: `no ${spec.experiment.header}: ${describeRoute(reply, spec)}`,
        expectations: [
          expectation(
            isDefaultAnswer(reply, spec),
            `200 without "${spec.probabilitiesField}"`,
            describeRoute(reply, spec),
          ),
        ],
        exchanges: [reply.exchange],
        hint: routingHint(reply, 'The default of the map that chooses the upstream should be the default API.'),
      })
    );
  },
};
