import type { CheckResult } from './check.js';
import { unanswered } from './conclude.js';
import { predictionRequest } from './prediction.js';
import { isHungUp, type Reply } from './reply.js';
import type { Target } from './target.js';

/**
 * Like `unanswered`, for paths that a gateway may hang up on: that is a refusal, as long as it answers
 * where it should. Null when the replies can be judged.
 */
export async function unreachable(target: Target, replies: Reply[]): Promise<CheckResult | null> {
  const answers = replies.filter((reply) => !isHungUp(reply));
  return unanswered(answers.length > 0 ? answers : [await target.ask(predictionRequest(target.spec))]);
}
