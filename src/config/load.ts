import { existsSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { configError, messageOf } from '../errors.js';
import { makePrivateFolder } from '../private-folder.js';
import { packageRoot } from '../package-root.js';
import { resolveConfig } from './resolve.js';
import type { ResolvedConfig } from './resolved.js';
import { stateFolder } from './state-folder.js';
import { validateConfig } from './validate.js';

// Required, not imported: an import looks for the names in all of it, a tenth of what `fortress status` takes.
const { createJiti } = createRequire(import.meta.url)('jiti') as typeof import('jiti');

/** Folder of the state folder with the JavaScript that configurations were translated to. */
export const TRANSLATIONS = 'translations';

export const CONFIG_FILES = ['fortress.config.ts', 'fortress.config.mts', 'fortress.config.js', 'fortress.config.mjs'];

/**
 * Finds, runs, validates and resolves a configuration file.
 * @param where a file, or the folder that holds one
 * @throws FortressError (exit 2) when there is none, it cannot be run, or it is wrong
 */
export async function loadConfig(where: string): Promise<ResolvedConfig> {
  const file = findConfig(where);
  const input = validateConfig(await evaluate(file), basename(file));
  return resolveConfig(input, dirname(file));
}

/**
 * The configuration file that a person means.
 * @param named a file, or the folder that holds one
 * @throws FortressError (exit 2) when there is none
 */
export function findConfig(named: string): string {
  const where = resolve(named);
  if (existsSync(where) && statSync(where).isFile()) return realpathSync(where);
  const found = CONFIG_FILES.map((name) => join(where, name)).find((path) => existsSync(path));
  if (found !== undefined) return realpathSync(found);
  if (!existsSync(where))
    throw configError(`${where} does not exist`, { hint: 'give --config a file or a folder that exists' });
  throw configError(`no ${CONFIG_FILES[0]} in ${where}`, {
    hint: 'make one with `fortress init`, or name its folder with --config',
  });
}

async function evaluate(file: string): Promise<unknown> {
  let loaded: unknown;
  const { log } = console;
  try {
    // What the file prints must not end up in the middle of a JSON document.
    console.log = console.error;
    loaded = await importFile(file);
  } catch (error) {
    throw configError(`${file} could not be read`, {
      why: [messageOf(error), placeIn(file, error)].filter(Boolean).join('\n'),
      hint: 'it must be TypeScript that runs without an error and exports an object',
      cause: error,
    });
  } finally {
    console.log = log;
  }
  if (typeof loaded === 'object' && loaded !== null && 'default' in loaded) return loaded.default;
  throw configError(`${file} exports no configuration`, { hint: 'write `export default defineConfig({ … })`' });
}

/**
 * Translating TypeScript takes longer than all else that `fortress status` does, so the translation is kept, by its
 * content, in the state folder: a configuration may hold a password, and that folder is closed to others.
 */
async function importFile(file: string): Promise<unknown> {
  const state = stateFolder(dirname(file));
  if (!existsSync(state)) return importWith(file, false);
  const cache = join(state, TRANSLATIONS);
  try {
    await makePrivateFolder(cache).catch(() => undefined);
    return await importWith(file, cache);
  } catch (error) {
    if (isDiskFull(error)) return importWith(file, false);
    throw error;
  }
}

/** @param cache folder of the translations; one that cannot be written is done without */
const importWith = (file: string, cache: string | false): Promise<unknown> =>
  createJiti(import.meta.url, {
    fsCache: cache,
    moduleCache: false,
    // `import { defineConfig } from 'fortress'` must work where fortress was started by npx and is not installed.
    alias: { fortress: join(packageRoot(), 'dist', 'index.js') },
  }).import(file);

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');

/** The line of a stack trace that lies in the file: where the error came from. */
const placeIn = (file: string, error: unknown): string | undefined =>
  error instanceof Error
    ? error.stack
        ?.split('\n')
        .find((line) => line.includes(`${file}:`))
        ?.trim()
    : undefined;
