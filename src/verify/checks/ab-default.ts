import type { Check } from '../check.js';
import { conclude, expectation, skipped, unanswered } from '../conclude.js';
import { defaultClient } from '../named-client.js';
import { isPrediction, predictionRequest } from '../prediction.js';
import { replicaSample } from '../replica-sample.js';
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
    const asDefault = await defaultClient(target);
    const first = await target.ask(asDefault(predictionRequest(spec)));
    // The API with probabilities may stand among the servers of the default one: it answers some of many.
    const { replies } = await replicaSample(target);
    const reply = [first, ...replies].find((one) => isPrediction(one, spec) && !isDefaultAnswer(one, spec)) ?? first;
    return (
      unanswered([first]) ??
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
        hint: routingHint(reply, spec, 'The default of the map that chooses the upstream should be the default API.'),
      })
    );
  },
};
