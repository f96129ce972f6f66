import type { ResolvedConfig } from '../config/resolved.js';
import { operationError, usageError } from '../errors.js';
import type { RecordedImages } from '../images/recorded.js';
import type { ModelFiles } from '../model/model-files.js';
import { adoptConfig } from './adopt-config.js';
import { UP, type Generation, type Inputs } from './generation.js';
import { blobPath, blobsOf, isWhole, listGenerations } from './store.js';

/** A generation with all that is needed to bring a stack to it again. */
export interface OpenedGeneration {
  number: number;
  config: ResolvedConfig;
  images: RecordedImages;
  /** By the path of the model in `config`; the files are ours. */
  models: Record<string, ModelFiles>;
  templates: Record<string, string>;
}

/** With the hooks of now: functions cannot be stored. */
export const withHooks = (opened: OpenedGeneration, hooks: ResolvedConfig['hooks']): OpenedGeneration => ({
  ...opened,
  config: { ...opened.config, hooks },
});

/**
 * Opens the generation that a stack was last brought to.
 * @throws FortressError (exit 1) when there is none or it is damaged
 */
export async function openCurrent(stateDir: string): Promise<OpenedGeneration> {
  const newest = (await listGenerations(stateDir)).at(-1);
  if (newest) return open(stateDir, newest);
  throw operationError('NO_GENERATION', 'this project has no generation yet: no `fortress up` has succeeded', {
    hint: 'start it with: fortress up',
  });
}

/**
 * Opens the generation that runs if the configuration file does not tell what that is: not `up` made it, but a
 * command that starts from another generation, as `rollback` and `scale` do. The next `up` ends that.
 * @throws FortressError (exit 1) when it is damaged
 */
export async function openDeparture(stateDir: string): Promise<(OpenedGeneration & { cause: string }) | null> {
  const newest = (await listGenerations(stateDir)).at(-1);
  if (newest === undefined || newest.cause === UP) return null;
  return { ...(await open(stateDir, newest)), cause: newest.cause };
}

/**
 * Opens a generation by its number.
 * @throws FortressError: exit 2 when it is not among those that are kept; exit 1 when it is damaged
 */
export async function openGeneration(stateDir: string, number: number): Promise<OpenedGeneration> {
  const generations = await listGenerations(stateDir);
  const found = generations.find((generation) => generation.number === number);
  if (!found) throw usageError(`there is no generation ${number}`, { hint: whatThereIs(generations) });
  return open(stateDir, found);
}

/**
 * What going back means: another generation, with the certificates of the one that runs, since an old
 * one may have expired.
 * @param number of the generation; null: the one before the newest
 * @throws FortressError: exit 2 when it is not among those that are kept; exit 1 when it is damaged
 */
export async function openRollback(stateDir: string, number: number | null): Promise<OpenedGeneration> {
  const generations = await listGenerations(stateDir);
  const previous = generations.at(-2);
  if (number === null && !previous) {
    throw usageError('there is no generation before the one that runs', { hint: whatThereIs(generations) });
  }
  const [target, current] = await Promise.all([
    openGeneration(stateDir, number ?? previous?.number ?? NaN),
    openCurrent(stateDir),
  ]);
  const { gateway } = target.config;
  return { ...target, config: { ...target.config, gateway: { ...gateway, tls: current.config.gateway.tls } } };
}

const whatThereIs = (generations: Generation[]): string =>
  generations.length === 0
    ? 'none is kept yet: each successful `fortress up` that changes something makes one'
    : `there are: ${generations.map(({ number, createdAt, cause }) => `${number} (${createdAt}, ${cause})`).join(', ')}`;

async function open(stateDir: string, generation: Generation): Promise<OpenedGeneration> {
  for (const hash of new Set(blobsOf(generation))) {
    if (!(await isWhole(stateDir, hash))) throw damaged(generation.number, blobPath(stateDir, hash));
  }
  const { number, config, images, models, templates } = generation;
  return { number, config: adoptConfig(config, stateDir), images, models: modelFiles(stateDir, models), templates };
}

const damaged = (number: number, path: string): Error =>
  operationError('GENERATION_DAMAGED', `generation ${number} is damaged: ${path} is missing or not what it was`, {
    hint: 'choose another one (fortress history), or run `fortress up`',
  });

const modelFiles = (stateDir: string, models: Inputs['models']): Record<string, ModelFiles> =>
  Object.fromEntries(
    Object.entries(models).map(([model, files]) => [
      model,
      Object.fromEntries(
        Object.entries(files).map(([name, hash]) => [name, { source: blobPath(stateDir, hash), hash }]),
      ),
    ]),
  );
