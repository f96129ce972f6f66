import { createHash } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolved.js';
import { FortressError, messageOf, operationError } from '../errors.js';
import { recordImages } from '../images/recorded.js';
import type { ImageCatalog } from '../images/image-source.js';
import type { ModelFiles } from '../model/model-files.js';
import type { Plan } from '../plan/operation.js';
import { summarize } from '../report/plan-words.js';
import { VERSION } from '../version.js';
import { FORMAT, UP, type Inputs } from './generation.js';
import { keepBlob, listGenerations, makeGenerationFolders, nextNumber, prune, saveGeneration } from './store.js';

/** What a change was made from, as `prepare` tells it. */
export interface Prepared {
  plan: Plan;
  /** By absolute path of the model. */
  models: Record<string, ModelFiles>;
  templates: Record<string, string>;
  images: ImageCatalog;
}

/**
 * Keeps what a stack was successfully made from as its newest generation, unless the newest one
 * already says the same. The project's lock must be held.
 * @param cause what the person ran
 * @returns the number of the generation that now runs
 * @throws FortressError (exit 1) when it cannot be written
 */
export async function recordGeneration(
  config: ResolvedConfig,
  prepared: Prepared,
  { cause }: { cause: string },
): Promise<number> {
  const { stateDir } = config;
  try {
    const newest = (await listGenerations(stateDir)).at(-1);
    const inputs = inputsOf(config, prepared);
    const hash = hashInputs(inputs);
    // An `up` after a rollback to what the configuration says by now changes nothing, but whose word counts.
    const isNewest = newest?.hash === hash && (cause !== UP || newest.cause === UP);
    const number = isNewest ? newest.number : await nextNumber(stateDir);
    if (!isNewest) {
      await makeGenerationFolders(stateDir);
      for (const { source, hash: content } of filesOf(prepared)) await keepBlob(stateDir, source, content);
      const about = { format: FORMAT, number, createdAt: new Date().toISOString(), cause, fortress: VERSION } as const;
      await saveGeneration(stateDir, { ...about, summary: summarize(prepared.plan), hash, ...inputs });
    }
    await prune(stateDir);
    return number;
  } catch (error) {
    if (error instanceof FortressError) throw error;
    throw operationError('GENERATION_NOT_KEPT', 'the stack is up, but this state of it could not be kept', {
      why: messageOf(error),
      hint: `make ${stateDir} writable for the user who runs fortress, check the free disk space, and run the command again`,
      cause: error,
    });
  }
}

function inputsOf(config: ResolvedConfig, { models, templates, images }: Prepared): Inputs {
  const hashes = Object.entries(models).map(([model, files]) => [
    model,
    Object.fromEntries(Object.entries(files).map(([name, { hash }]) => [name, hash])),
  ]);
  return {
    config: withoutHooks(config),
    images: recordImages(config, images),
    models: Object.fromEntries(hashes) as Inputs['models'],
    templates,
  };
}

/** Hooks say how this machine makes a change, not what the stack is; and a function cannot be kept. */
const withoutHooks = (config: ResolvedConfig): ResolvedConfig => ({
  ...config,
  hooks: { ...config.hooks, beforeUp: null, afterUp: null, beforeDown: null },
});

/** The same whatever the order of keys, which differs between a file and what is made from it. */
const hashInputs = (inputs: Inputs): string => createHash('sha256').update(canonical(inputs)).digest('hex');

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const filesOf = ({ models }: Prepared): { source: string; hash: string }[] =>
  Object.values(models).flatMap((files) => Object.values(files));
