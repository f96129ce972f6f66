import type { ResolvedConfig } from '../config/resolved.js';
import { FortressError, messageOf } from '../errors.js';
import { apiReference, buildApi } from './api.js';
import type { OwnImageCatalog, OwnImageSource } from './image-source.js';
import type { ImageStore, TransferOptions } from './image-store.js';

/** The official images of the configuration. Pure but for reading the server bundle. */
export function registryCatalog({ images: { references } }: ResolvedConfig): OwnImageCatalog {
  return {
    name: 'registry',
    nodeBase: references.node,
    pythonBase: references.python,
    reference: (image) =>
      image === 'api'
        ? { reference: apiReference(references.node), origin: `built here on ${references.node}` }
        : { reference: references[image], origin: `official image from ${registryHost(references[image])}` },
  };
}

/** Gets the official images from their registries. */
export function registrySource(config: ResolvedConfig, store: ImageStore): OwnImageSource {
  const catalog = registryCatalog(config);
  return {
    ...catalog,
    async ensure(image, report, signal) {
      const wanted = catalog.reference(image);
      if ('missing' in wanted || (await store.exists(wanted.reference))) return;
      if (image !== 'api') return pull(store, wanted.reference, { report, signal });
      if (!(await store.exists(catalog.nodeBase))) await pull(store, catalog.nodeBase, { report, signal });
      return buildApi(store, config.stateDir, catalog.nodeBase, { report, signal });
    },
    async ensureBase(base, report, signal) {
      const reference = base === 'node' ? catalog.nodeBase : catalog.pythonBase;
      if (!(await store.exists(reference))) await pull(store, reference, { report, signal });
    },
  };
}

export async function pull(store: ImageStore, reference: string, options: TransferOptions): Promise<void> {
  options.report(`pulling ${reference}`);
  try {
    await store.pull(reference, options);
  } catch (error) {
    throw new FortressError('IMAGE_PULL', 3, `${reference} could not be pulled`, {
      why: messageOf(error),
      hint: 'check the reference and the way to its registry, or build from Debian packages instead (Debian, Ubuntu): fortress doctor --fix; or bring the images from a machine that has them: fortress images save',
      cause: error,
    });
  }
}

/** `ghcr.io` of `ghcr.io/owner/name:tag`; a first part without dot or port is a folder of Docker Hub. Pure. */
export function registryHost(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}
