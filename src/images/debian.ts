import type { ResolvedConfig } from '../config/resolved.js';
import { operationError } from '../errors.js';
import { apiReference, buildApi } from './api.js';
import { debianBuilder } from './debian/build.js';
import { DEBIAN_RELEASE, readRecipe, recipeReference, type DebianImage } from './debian/recipes.js';
import type { OwnImageCatalog, OwnImageSource } from './image-source.js';
import type { ImageStore } from './image-store.js';

const ORIGIN = `built here from Debian ${DEBIAN_RELEASE} packages`;

const NO_GRAFANA = 'Debian has no Grafana package, and no container registry is used';

/** The images that can be built from Debian packages. Pure but for reading recipes and the server bundle. */
export function debianCatalog(): OwnImageCatalog {
  const nodeBase = referenceOf('node');
  return {
    name: 'debian',
    nodeBase,
    pythonBase: referenceOf('python'),
    reference(image) {
      if (image === 'grafana') return { missing: NO_GRAFANA };
      if (image === 'api') return { reference: apiReference(nodeBase), origin: `${ORIGIN} (nodejs)` };
      return { reference: referenceOf(image), origin: ORIGIN };
    },
  };
}

const referenceOf = (image: DebianImage): string => recipeReference(image, readRecipe(image));

/** Builds the images on this machine; the engine then has them under their recipes' hashes. */
export function debianSource(config: ResolvedConfig, store: ImageStore): OwnImageSource {
  const catalog = debianCatalog();
  const ensurePackages = debianBuilder(store);
  return {
    ...catalog,
    async ensure(image, report, signal) {
      const options = { report, signal };
      if (image === 'grafana') throw operationError('IMAGE_MISSING', 'there is no Grafana image', { why: NO_GRAFANA });
      if (image !== 'api') return ensurePackages(image, options);
      if (await store.exists(apiReference(catalog.nodeBase))) return;
      await ensurePackages('node', options);
      await buildApi(store, config.stateDir, catalog.nodeBase, options);
    },
    ensureBase: (base, report, signal) => ensurePackages(base, { report, signal }),
  };
}
