import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, operationError } from '../errors.js';
import { packageRoot } from '../package-root.js';
import { nodeArchitecture, ONNXRUNTIME } from './api/onnxruntime-package.js';
import type { ImageStore, TransferOptions } from './image-store.js';

/** The parts of the API image that come with fortress. */
export interface ApiFiles {
  serverFile: string;
  /** Holds the files of the server's `/docs`. */
  docsFolder: string;
  dockerfile: string;
}

/** The parts of this installation. */
export const apiFiles = (root: string = packageRoot()): ApiFiles => ({
  serverFile: join(root, 'dist', 'server', 'server.mjs'),
  docsFolder: join(root, 'dist', 'server', 'docs'),
  dockerfile: join(root, 'templates', 'images', 'api', 'Dockerfile'),
});

/**
 * `fortress/api:3f2a…`: other code, another runtime or another base is another image.
 * @param nodeBase reference of the image it is built on
 * @throws FortressError when the model server has not been built
 */
export function apiReference(nodeBase: string, { serverFile, docsFolder, dockerfile }: ApiFiles = apiFiles()): string {
  if (!existsSync(serverFile) || !existsSync(docsFolder)) {
    throw operationError('SERVER_NOT_BUILT', `the model server is missing: ${serverFile} and ${docsFolder}`, {
      hint: 'run `npm run build`',
    });
  }
  const hash = createHash('sha256');
  const docs = readdirSync(docsFolder).toSorted();
  hash.update(JSON.stringify(docs));
  for (const file of [serverFile, dockerfile, ...docs.map((name) => join(docsFolder, name))])
    hash.update(createHash('sha256').update(readFileSync(file)).digest());
  hash.update(JSON.stringify([ONNXRUNTIME.version, nodeBase]));
  return `fortress/api:${hash.digest('hex').slice(0, 12)}`;
}

/**
 * Builds the API image from a context that is left in the state folder for people to look at and to
 * build by hand.
 * @throws FortressError when onnxruntime-node cannot be had or the build fails
 */
export async function buildApi(
  store: ImageStore,
  stateDir: string,
  nodeBase: string,
  options: TransferOptions,
  files: ApiFiles = apiFiles(),
): Promise<void> {
  const [{ findOnnxRuntime }, { packContext, writeContext }] = await Promise.all([
    import('./api/onnxruntime.js'),
    import('./api/context.js'),
  ]);
  const architecture = nodeArchitecture(await store.architecture());
  const packages = await findOnnxRuntime(architecture, options.report);
  const folder = join(stateDir, 'build', 'api');
  const dockerfile = withBase(readFileSync(files.dockerfile, 'utf8'), nodeBase);
  const { serverFile, docsFolder } = files;
  await writeContext(folder, { dockerfile, serverFile, docsFolder, packages, architecture });
  const reference = apiReference(nodeBase, files);
  try {
    await store.build(await packContext(folder), reference, options);
  } catch (error) {
    throw operationError('IMAGE_BUILD', `the API image ${reference} could not be built`, {
      why: messageOf(error),
      hint: `to see more: docker build ${folder}`,
      cause: error,
    });
  }
}

/** Makes the base the default of the build argument, so that a build by hand needs none. Pure. */
export const withBase = (dockerfile: string, nodeBase: string): string =>
  dockerfile.replace(/^ARG NODE_IMAGE$/m, () => `ARG NODE_IMAGE=${nodeBase}`);
