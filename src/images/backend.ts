import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedApi, ResolvedConfig } from '../config/resolved.js';
import { configError, messageOf, operationError } from '../errors.js';
import { hashContext, packBuildContext, readContext, type BuildContext } from './backend/context.js';
import {
  backendImage,
  isBackendImage,
  type BackendImage,
  type BaseImage,
  type Bases,
  type ImageCatalog,
  type ImageReference,
  type ImageSource,
  type OwnImageCatalog,
  type OwnImageSource,
} from './image-source.js';
import type { ImageStore, TransferOptions } from './image-store.js';
import { pull } from './registry.js';

/** ARGs that fortress knows a value for: the images of the source that all others come from. */
const BASE_ARGUMENTS: Record<string, BaseImage> = { PYTHON_IMAGE: 'python', NODE_IMAGE: 'node' };

/** What people's own APIs are made of. */
type Backend = { api: string } & (
  | { kind: 'image'; reference: string }
  | {
      kind: 'build';
      reference: string;
      context: BuildContext;
      dockerfile: string;
      args: Record<string, string>;
      bases: BaseImage[];
    }
);

/**
 * A catalog that also has the images of people's own APIs.
 * @throws FortressError (exit 2), when such an image is asked for, where its Dockerfile is missing
 */
export const withBackends = (config: ResolvedConfig, own: OwnImageCatalog): ImageCatalog => {
  const backends = backendsOf(config, own);
  return {
    ...own,
    reference: (image) => (isBackendImage(image) ? referenceOf(backends(image)) : own.reference(image)),
  };
};

/** A source that also gets the images of people's own APIs: built here, or pulled as they are. */
export function backendSource(config: ResolvedConfig, store: ImageStore, own: OwnImageSource): ImageSource {
  const backends = backendsOf(config, own);
  return {
    ...withBackends(config, own),
    async ensure(image, report, signal) {
      if (!isBackendImage(image)) return own.ensure(image, report, signal);
      const backend = backends(image);
      if (await store.exists(backend.reference)) return;
      if (backend.kind === 'image') return pull(store, backend.reference, { report, signal });
      for (const base of backend.bases) await own.ensureBase(base, report, signal);
      await build(store, backend, { report, signal });
    },
  };
}

/** Bases, declared by Dockerfiles, of images that a configuration builds. */
export const basesOf = (config: ResolvedConfig, own: OwnImageCatalog, image: BackendImage): string[] => {
  const backend = backendsOf(config, own)(image);
  return backend.kind === 'build' ? backend.bases.map((base) => referenceOfBase(own, base)) : [];
};

/** How the image of an API is built. */
export type BackendBuild = Extract<Backend, { kind: 'build' }>;

/** What a configuration builds, in the order of its APIs. */
export function buildsOf(config: ResolvedConfig, own: Bases): BackendBuild[] {
  const backends = backendsOf(config, own);
  return config.apis
    .filter(({ backend }) => backend.kind === 'build')
    .map(({ name }) => backends(backendImage(name)))
    .filter((backend) => backend.kind === 'build');
}

/** Looks at each API's files when it is first asked for, and once. */
function backendsOf(config: ResolvedConfig, own: Bases): (image: BackendImage) => Backend {
  const known = new Map<BackendImage, Backend>();
  return (image) => {
    const api = config.apis.find(({ name }) => backendImage(name) === image);
    if (!api) throw new Error(`no API has the image ${image}`);
    const backend = known.get(image) ?? readBackend(config, api, own);
    known.set(image, backend);
    return backend;
  };
}

function readBackend({ project, stateDir }: ResolvedConfig, { name: api, backend }: ResolvedApi, own: Bases): Backend {
  if (backend.kind === 'server') throw new Error(`${api} runs fortress's own server`);
  if (backend.kind === 'image') return { api, ...backend };
  const { context: folder, dockerfile } = backend;
  const text = readDockerfile(api, folder, dockerfile);
  const bases = Object.entries(BASE_ARGUMENTS).filter(
    ([name]) => !(name in backend.args) && new RegExp(`^\\s*ARG\\s+${name}\\b`, 'im').test(text),
  );
  const args = {
    ...backend.args,
    ...Object.fromEntries(bases.map(([name, base]) => [name, referenceOfBase(own, base)])),
  };
  const context = readContext(folder, dockerfile, stateDir);
  const content = JSON.stringify([dockerfile, Object.entries(args).toSorted(), hashContext(context)]);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return {
    api,
    kind: 'build',
    reference: `fortress/${project}-${api}:${hash}`,
    context,
    dockerfile,
    args,
    bases: bases.map(([, base]) => base),
  };
}

function readDockerfile(api: string, folder: string, dockerfile: string): string {
  try {
    return readFileSync(join(folder, dockerfile), 'utf8');
  } catch (error) {
    throw configError(`apis.${api}.build: ${join(folder, dockerfile)} cannot be read`, {
      why: messageOf(error),
      hint: 'name the folder that holds the Dockerfile, or another file of it: { context, dockerfile }',
      cause: error,
    });
  }
}

const referenceOf = (backend: Backend): ImageReference => ({
  reference: backend.reference,
  origin: backend.kind === 'image' ? `as apis.${backend.api}.image says` : `built here from ${backend.context.folder}`,
});

const referenceOfBase = (own: Bases, base: BaseImage): string => (base === 'node' ? own.nodeBase : own.pythonBase);

async function build(
  store: ImageStore,
  { api, reference, context, dockerfile, args }: Extract<Backend, { kind: 'build' }>,
  options: TransferOptions,
): Promise<void> {
  try {
    await store.build(packBuildContext(context), reference, { ...options, dockerfile, args, network: true });
  } catch (error) {
    options.signal?.throwIfAborted();
    const given = Object.entries(args).map(([name, value]) => ` --build-arg ${name}=${value}`);
    throw operationError('IMAGE_BUILD', `the image of apis.${api} could not be built`, {
      why: messageOf(error),
      hint: `to see more: docker build -f ${join(context.folder, dockerfile)}${given.join('')} ${context.folder}`,
      cause: error,
    });
  }
}
