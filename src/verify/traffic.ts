import type { Ask, Reply } from './reply.js';
import type { TargetSpec } from './target.js';

/** Counts what the gateway answered, for comparison with what its metrics say. */
export function countAnswered({ https, http }: Pick<TargetSpec, 'https' | 'http'>): {
  note(request: Ask, reply: Reply): Reply;
  answered(): number;
} {
  let answered = 0;
  return {
    note: ({ origin = https }, reply) => {
      if (reply.status !== null && (origin === https || origin === http)) answered += 1;
      return reply;
    },
    answered: () => answered,
  };
}
