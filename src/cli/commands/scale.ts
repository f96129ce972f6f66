import { openCurrent, type OpenedGeneration } from '../../generations/open.js';
import { parseScale, scaleConfig, type Scale } from '../../generations/scale.js';
import { changeGeneration, containersOf, type ChangeFlags } from '../change-generation.js';
import type { CommandBody } from '../command.js';
import { projectState } from '../project.js';

/** `fortress scale`: other numbers of replicas of what runs, until the next `up`. */
export const run: CommandBody<ChangeFlags> = async ({ args, options, signal }) => {
  const scale = parseScale(args);
  const stateDir = projectState(options);
  const open = (): Promise<OpenedGeneration> => openScaled(stateDir, scale);
  const known = await open();
  const { project } = known.config;
  await containersOf(project);
  return changeGeneration(
    {
      command: `fortress scale ${args.join(' ')}`,
      known,
      open,
      done: ({ generation }) => `${project} has ${inWords(scale)}: generation ${generation}`,
      advice: [`That is until the next \`fortress up\`; to keep it, say so in fortress.config.ts: ${inConfig(scale)}.`],
    },
    options,
    signal,
  );
};

async function openScaled(stateDir: string, scale: Scale): Promise<OpenedGeneration> {
  const current = await openCurrent(stateDir);
  return { ...current, config: scaleConfig(current.config, scale) };
}

const inWords = (scale: Scale): string => [...scale].map(([service, count]) => `${count} of ${service}`).join(', ');

/** `apis: { v1: { replicas: 5 } }` */
const inConfig = (scale: Scale): string =>
  `apis: { ${[...scale].map(([service, count]) => `${keyOf(service)}: { replicas: ${count} }`).join(', ')} }`;

const keyOf = (service: string): string => {
  const name = service.replace(/^api-/, '');
  return /^[a-z]\w*$/.test(name) ? name : `'${name}'`;
};
