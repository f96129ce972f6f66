import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
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
