import { openCurrent } from '../../generations/open.js';
import { assertService, changeGeneration, containersOf, type ChangeFlags } from '../change-generation.js';
import type { CommandBody } from '../command.js';
import { projectState } from '../project.js';

/** `fortress restart`: new containers for those that run, made from the same. */
export const run: CommandBody<ChangeFlags> = async ({ args: [service], options, signal }) => {
  const stateDir = projectState(options);
  const known = await openCurrent(stateDir);
  const { project } = known.config;
  const containers = await containersOf(project);
  if (service !== undefined) assertService(service, containers, project);
  return changeGeneration(
    {
      command: service === undefined ? 'fortress restart' : `fortress restart ${service}`,
      known,
      open: () => openCurrent(stateDir),
      renew: new Set(service === undefined ? containers.map((container) => container.service) : [service]),
      done: () => `${service ?? project} was restarted`,
      advice: [],
    },
    options,
    signal,
  );
};
