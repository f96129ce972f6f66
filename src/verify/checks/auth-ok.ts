import type { Check } from '../check.js';
import { conclude, expectation, unanswered } from '../conclude.js';
import { labelOf, predictionRequest } from '../prediction.js';

export const authOk: Check = {
  id: 'auth.ok',
  title: 'The given credentials are let in',
  objective: 4,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const reply = await target.ask(predictionRequest(target.spec));
    const answer = labelOf(reply, target.spec);
    const found = 'label' in answer ? '200 with a prediction' : answer.problem;
    return (
      unanswered([reply]) ??
      conclude({
        summary: `user ${target.spec.user}: ${found}`,
        expectations: [expectation('label' in answer, '200 with a prediction', found)],
        exchanges: [reply.exchange],
        hint: target.spec.isOwn
          ? "The gateway's file of users holds another password: `fortress up` writes it anew."
          : "Compare the password with the gateway's file of users: `htpasswd -v FILE USER` says whether they match.",
      })
    );
  },
};
