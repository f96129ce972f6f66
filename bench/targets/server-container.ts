import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { apiReference, buildApi } from '../../src/images/api.js';
import { debianBuilder } from '../../src/images/debian/build.js';
import { readRecipe, recipeReference } from '../../src/images/debian/recipes.js';
import type { TransferOptions } from '../../src/images/image-store.js';
import { metadataPath } from '../../src/model/read-metadata.js';
import { packageRoot } from '../../src/package-root.js';
import type { Engine } from '../engine.js';
import { startContainer } from './container.js';
import type { Target } from './target.js';

async function ensureImage({ store }: Engine, options: TransferOptions): Promise<string> {
  const nodeBase = recipeReference('node', readRecipe('node'));
  const reference = apiReference(nodeBase);
  if (await store.exists(reference)) return reference;
  await debianBuilder(store)('node', options);
  await buildApi(store, join(packageRoot(), '.fortress'), nodeBase, options);
  return reference;
}

async function packModel(modelFile: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'model.onnx', mode: 0o444 }, await readFile(modelFile));
  archive.entry({ name: 'model.json', mode: 0o444 }, await readFile(metadataPath(modelFile)));
  archive.finalize();
  return buffer(archive);
}

/** Our model server in the image that `fortress up` makes, with one CPU. */
export async function serverContainerTarget(
  engine: Engine,
  modelFile: string,
  options: TransferOptions,
): Promise<Target> {
  const image = await ensureImage(engine, options);
  const files = await packModel(modelFile);
  return {
    name: 'container',
    title: 'fortress, in its container',
    start: (port, onStart) => {
      const env = { MODEL_PATH: '/app/model.onnx', HOST: '127.0.0.1', PORT: String(port) };
      return startContainer(engine.docker, { image, env, files }, onStart);
    },
  };
}
