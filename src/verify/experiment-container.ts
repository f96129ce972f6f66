import type { Expectation } from './check.js';
import { expectation } from './conclude.js';
import { INSTANCE_HEADER } from './prediction.js';
import type { Observer } from './replica-observer.js';
import { replicaSample } from './replica-sample.js';
import type { Reply } from './reply.js';
import type { Target } from './target.js';

/**
 * Whether the experiment's answer came from a container that the default route does not use: by the
 * name in the answer, else by the containers' logs. Null where neither tells.
 * @param observer has watched the one marked request that was answered
 */
export async function expectOwnContainer(
  target: Target,
  reply: Reply,
  observer: Observer | null,
): Promise<Expectation | null> {
  if (reply.status !== 200) return null;
  const byDefault = await replicaSample(target);
  const expected = 'a container that does not serve the default route';
  const named = reply.headers[INSTANCE_HEADER];
  if (named !== undefined && byDefault.witness === 'response header') {
    return expectation(!byDefault.served.some(([instance]) => instance === named), expected, named);
  }
  const logged = await observer?.byLogs(1, 1);
  const [container, ...others] = logged?.containers ?? [];
  if (!container || others.length > 0 || byDefault.containers.length === 0) return null;
  return expectation(!byDefault.containers.some(({ id }) => id === container.id), expected, container.name);
}
