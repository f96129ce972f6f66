import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { configError, messageOf } from '../errors.js';
import { foreignModelName } from './foreign-model-name.js';
import { metadataPath } from './read-metadata.js';
import { readModel } from './read-model.js';

/** A model's files by their name inside the container. */
export type ModelFiles = Record<string, { source: string; hash: string }>;

/**
 * The files of every model that a stack serves, each looked at once.
 * @param models absolute paths of ONNX files
 * @throws FortressError (exit 2) when a model is missing, broken or cannot be served
 */
export async function readModels(models: string[]): Promise<Record<string, ModelFiles>> {
  const distinct = [...new Set(models)];
  const entries = await Promise.all(distinct.map(async (model) => [model, await filesOf(model)] as const));
  return Object.fromEntries(entries);
}

/**
 * The file of a model that a program of somebody else's serves, whatever it is.
 * @returns by the name that it has inside the container: `model` with its ending
 * @throws FortressError (exit 2) when it cannot be read
 */
export async function readForeignModel(path: string): Promise<ModelFiles> {
  return { [foreignModelName(path)]: { source: path, hash: await hashFile(path) } };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw configError(`the model ${path} cannot be read`, {
      why: messageOf(error),
      hint: 'name a file that exists, or leave `model` out where the API brings its own',
      cause: error,
    });
  }
  return hash.digest('hex');
}

async function filesOf(path: string): Promise<ModelFiles> {
  const { kind, sha256 } = await readModel(path);
  const model = { 'model.onnx': { source: path, hash: sha256 } };
  if (kind === 'text') return model;
  const source = metadataPath(path);
  const hash = createHash('sha256')
    .update(await readFile(source))
    .digest('hex');
  return { ...model, 'model.json': { source, hash } };
}
