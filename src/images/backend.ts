import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedApi, ResolvedConfig } from '../config/resolved.js';
import { messageOf, operationError } from '../errors.js';
import { stateFolder } from '../config/state-folder.js';
import { hashContext, readContext, type BuildContext } from './backend/context.js';
import { builtRepository, LABEL } from '../stack/names.js';
import { packBuildContext } from './backend/pack.js';
import { reading } from './backend/reading.js';
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
import type { BuildOptions, ImageStore } from './image-store.js';
import { pull } from './registry.js';

/** ARGs that fortress knows a value for: the images of the source that all others come from. */
const BASE_ARGUMENTS: Record<string, BaseImage> = { PYTHON_IMAGE: 'python', NODE_IMAGE: 'node' };

/** Whether an ARG is filled in where a configuration says nothing of it. Pure. */
export const isBaseArgument = (name: string): boolean => Object.hasOwn(BASE_ARGUMENTS, name);

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
export const withBackends = (config: ResolvedConfig, own: OwnImageCatalog): ImageCatalog => ({
  ...own,
  reference: referencesOf(backendsOf(config, own), own),
});

/** A source that also gets the images of people's own APIs: built here, or pulled as they are. */
export function backendSource(config: ResolvedConfig, store: ImageStore, own: OwnImageSource): ImageSource {
  const backends = backendsOf(config, own);
  return {
    ...own,
    reference: referencesOf(backends, own),
    async ensure(image, report, signal) {
      if (!isBackendImage(image)) return own.ensure(image, report, signal);
      const backend = backends(image);
      if (await store.exists(backend.reference)) return;
      if (backend.kind === 'image') return pull(store, backend.reference, { report, signal });
      for (const base of backend.bases) await own.ensureBase(base, report, signal);
      // Read once more: what is built must be what its reference says.
      if (backendsOf(config, own)(image).reference !== backend.reference) throw contextChanged(backend);
      await build(store, backend, { report, signal, labels: { [LABEL.builtFor]: config.images.project } });
    },
  };
}

const referencesOf =
  (backends: (image: BackendImage) => Backend, own: OwnImageCatalog): ImageCatalog['reference'] =>
  (image) =>
    isBackendImage(image) ? referenceOf(backends(image)) : own.reference(image);

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

function readBackend(config: ResolvedConfig, { name: api, backend }: ResolvedApi, own: Bases): Backend {
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
  const context = readContext(folder, { key: `apis.${api}.build`, dockerfile, never: secretPaths(config) });
  const { project } = config.images;
  const content = JSON.stringify([project, api, dockerfile, Object.entries(args).toSorted(), hashContext(context)]);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return {
    api,
    kind: 'build',
    reference: `${builtRepository(project, api)}:${hash}`,
    context,
    dockerfile,
    args,
    bases: bases.map(([, base]) => base),
  };
}

/** Where secrets lie; a copy of the stack has a state folder of its own, beside that of the project. */
const secretPaths = ({ root, stateDir, apis, gateway }: ResolvedConfig): string[] => [
  stateDir,
  stateFolder(root),
  ...apis.flatMap(({ secrets }) => Object.values(secrets)),
  ...(gateway.tls.own === null ? [] : [gateway.tls.own.certificateKey]),
];

const readDockerfile = (api: string, folder: string, dockerfile: string): string =>
  reading(
    `apis.${api}.build`,
    join(folder, dockerfile),
    () => readFileSync(join(folder, dockerfile), 'utf8'),
    'name the folder that holds the Dockerfile, or another file of it: { context, dockerfile }',
  );

const referenceOf = (backend: Backend): ImageReference => ({
  reference: backend.reference,
  origin: backend.kind === 'image' ? `as apis.${backend.api}.image says` : `built here from ${backend.context.folder}`,
});

const referenceOfBase = (own: Bases, base: BaseImage): string => (base === 'node' ? own.nodeBase : own.pythonBase);

async function build(store: ImageStore, backend: BackendBuild, options: BuildOptions): Promise<void> {
  const { api, reference, context, dockerfile, args } = backend;
  const files = packBuildContext(context);
  // The engine's client does not look whether what it sends fails.
  const unreadable = new AbortController();
  files.once('error', (error) => unreadable.abort(contextChanged(backend, error)));
  const signal = AbortSignal.any([unreadable.signal, ...(options.signal ? [options.signal] : [])]);
  try {
    await store.build(files, reference, { ...options, signal, dockerfile, args, network: true });
  } catch (error) {
    signal.throwIfAborted();
    throw operationError('IMAGE_BUILD', `the image of apis.${api} could not be built`, {
      why: messageOf(error),
      hint: `to see more: docker build -f ${join(context.folder, dockerfile)}${buildArguments(args)} ${context.folder}`,
      cause: error,
    });
  } finally {
    files.destroy();
  }
}

/** Of people's arguments the names only: they may be tokens. */
const buildArguments = (args: Record<string, string>): string =>
  Object.entries(args)
    .map(([name, value]) => ` --build-arg ${name}=${name in BASE_ARGUMENTS ? value : '…'}`)
    .join('');

const contextChanged = ({ api, context }: BackendBuild, cause?: Error): Error =>
  operationError('CONTEXT_CHANGED', `the files of apis.${api}.build changed while its image was prepared`, {
    why: cause ? messageOf(cause) : `those in ${context.folder} are not those that the image is named after any more`,
    hint: 'run the command again, once nothing writes there',
    cause,
  });
