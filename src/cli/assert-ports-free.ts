import type { Connection } from '../engine/docker/connect.js';
import { publishedContainers, type PublishedContainer } from '../engine/docker/published.js';
import { FortressError } from '../errors.js';
import { describePortHolder, findPortHolder } from '../doctor/port-holder.js';
import type { Plan } from '../plan/operation.js';
import type { PublishedPort } from '../stack/stack.js';

/**
 * Makes sure that the ports a plan will publish are free, before anything is changed. Ports that our
 * own containers hold are handed over by the plan itself. An engine on another machine is left to
 * say so itself.
 * @throws FortressError (exit 1) naming every taken port and who holds it
 */
export async function assertPortsFree(plan: Plan, { docker, address }: Connection): Promise<void> {
  const wanted = plan.operations.flatMap(({ call }) =>
    call.kind === 'container.create' ? call.container.service.ports : [],
  );
  if (wanted.length === 0 || !address.url.startsWith('unix:')) return;
  const published = await publishedContainers(docker);
  const taken = (await Promise.all(wanted.map((port) => describeTaken(port, plan.project, published)))).filter(
    (line) => line !== null,
  );
  if (taken.length === 0) return;
  throw new FortressError('PORT_TAKEN', 1, taken.join('; '), {
    hint: 'stop what listens there, or choose another port in fortress.config.ts; nothing was changed',
  });
}

async function describeTaken(
  { bind, host }: PublishedPort,
  project: string,
  published: PublishedContainer[],
): Promise<string | null> {
  const holder = await findPortHolder(bind, host, published);
  if (holder === null || (holder.kind === 'container' && holder.project === project)) return null;
  if (holder.kind === 'no-such-address')
    return `port ${host} cannot be published on ${bind}: this machine does not have that address`;
  return `port ${host} is taken by ${describePortHolder(holder)}`;
}
