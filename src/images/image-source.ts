/** The images that fortress brings. `api` is built on the source's Node base. */
export type OwnImage = 'nginx' | 'api' | 'exporter' | 'prometheus' | 'grafana';

/** The image of an API that runs something of its own: `backend:v1`. */
export type BackendImage = `backend:${string}`;

/** The images a stack is made of. */
export type ImageName = OwnImage | BackendImage;

export const backendImage = (api: string): BackendImage => `backend:${api}`;

export const isBackendImage = (image: ImageName): image is BackendImage => image.startsWith('backend:');

/** Where an image comes from, decided without touching the engine's images. */
export type ImageReference =
  /** `reference` changes whenever the image's content would (tag = hash of the recipe, or a pinned version). */
  | { reference: string; origin: string }
  /** This source cannot provide the image; `reason` is shown to people. */
  | { missing: string };

/** What a source has, without the means to get it: all that `fortress plan` needs. */
export interface ImageCatalog extends Bases {
  readonly name: 'registry' | 'debian';
  /** The reference of an image in this source. Pure but for reading our own files (recipes, server bundle). */
  reference(image: ImageName): ImageReference;
}

/** References of the images that others are built on. */
export interface Bases {
  /** The API image is; Dockerfiles of people may be. */
  readonly nodeBase: string;
  /** Dockerfiles of people may be. */
  readonly pythonBase: string;
}

/** What a source has of fortress's own images. */
export interface OwnImageCatalog extends Bases {
  readonly name: ImageCatalog['name'];
  reference(image: OwnImage): ImageReference;
}

/** How a source gets fortress's own images into the engine. */
export interface OwnImageSource extends OwnImageCatalog {
  ensure(image: OwnImage, report: (line: string) => void, signal?: AbortSignal): Promise<void>;
  /** The same for an image that others are built on. */
  ensureBase(base: BaseImage, report: (line: string) => void, signal?: AbortSignal): Promise<void>;
}

export type BaseImage = 'node' | 'python';

/** One way of getting images into the engine. */
export interface ImageSource extends ImageCatalog {
  /**
   * Makes the image exist in the engine; does nothing when it does.
   * @param report gets one short line per step ("unpacking 43 packages")
   * @throws FortressError when it cannot be had, saying why and what to do
   */
  ensure(image: ImageName, report: (line: string) => void, signal?: AbortSignal): Promise<void>;
}
