import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { metadataPath, readModelMetadata } from './read-metadata.js';

/** A model's files by their name inside the container. */
export type ModelFiles = Record<string, { source: string; hash: string }>;

/**
 * The files of every model that a stack serves, each looked at once.
 * @param models absolute paths of ONNX files
 * @throws FortressError (exit 2) when a model is missing or broken
 */
export async function readModels(models: string[]): Promise<Record<string, ModelFiles>> {
  const distinct = [...new Set(models)];
  const entries = await Promise.all(distinct.map(async (model) => [model, await filesOf(model)] as const));
  return Object.fromEntries(entries);
}

async function filesOf(model: string): Promise<ModelFiles> {
  const { sha256 } = (await readModelMetadata(model)).model;
  const source = metadataPath(model);
  const metadataHash = createHash('sha256')
    .update(await readFile(source))
    .digest('hex');
  return { 'model.onnx': { source: model, hash: sha256 }, 'model.json': { source, hash: metadataHash } };
}
