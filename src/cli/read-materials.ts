import { readFile } from 'node:fs/promises';
import type { ResolvedApi } from '../config/resolved.js';
import { configError, messageOf } from '../errors.js';
import { readForeignModel, readModels, type ModelFiles } from '../model/model-files.js';

/**
 * The files of all models of APIs, by the model's absolute path.
 * @throws FortressError (exit 2) when one is missing, or is none that fortress's own server can serve
 */
export async function readApiModels(apis: ResolvedApi[]): Promise<Record<string, ModelFiles>> {
  const modelsOf = (isServer: boolean): string[] =>
    apis.filter(({ backend }) => (backend.kind === 'server') === isServer).flatMap(({ model }) => model ?? []);
  const own = await readModels(modelsOf(true));
  const foreign = modelsOf(false);
  const read = await Promise.all(foreign.map(async (path) => [path, await readForeignModel(path)] as const));
  const models = { ...own };
  // One file may serve both.
  for (const [path, files] of read) models[path] = { ...own[path], ...files };
  return models;
}

/**
 * The contents of all secrets of APIs, by the absolute path of the file.
 * @throws FortressError (exit 2) naming the key, when one cannot be read
 */
export async function readApiSecrets(apis: ResolvedApi[]): Promise<Record<string, Buffer>> {
  const named = apis.flatMap(({ name, secrets }) =>
    Object.entries(secrets).map(([key, path]) => ({ key: `apis.${name}.secrets.${key}`, path })),
  );
  return Object.fromEntries(await Promise.all(named.map(async ({ key, path }) => [path, await readSecret(key, path)])));
}

async function readSecret(key: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw configError(`${key}: ${path} cannot be read`, {
      why: messageOf(error),
      hint: 'put the file there, or take the key out of the configuration',
      cause: error,
    });
  }
}
