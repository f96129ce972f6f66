/** The images a stack is made of. `api` is built on the source's Node base. */
export type ImageName = 'nginx' | 'api' | 'exporter' | 'prometheus' | 'grafana';

/** Where an image comes from, decided without touching the engine's images. */
export type ImageReference =
  /** `reference` changes whenever the image's content would (tag = hash of the recipe, or a pinned version). */
  | { reference: string; origin: string }
  /** This source cannot provide the image; `reason` is shown to people. */
  | { missing: string };

/** What a source has, without the means to get it: all that `fortress plan` needs. */
export interface ImageCatalog {
  readonly name: 'registry' | 'debian';
  /** The reference of the Node image that the API image is built on. */
  readonly nodeBase: string;
  /** The reference of an image in this source. Pure but for reading our own files (recipes, server bundle). */
  reference(image: ImageName): ImageReference;
}

/** One way of getting images into the engine. */
export interface ImageSource extends ImageCatalog {
  /**
   * Makes the image exist in the engine; does nothing when it does.
   * @param report gets one short line per step ("unpacking 43 packages")
   * @throws FortressError when it cannot be had, saying why and what to do
   */
  ensure(image: ImageName, report: (line: string) => void, signal?: AbortSignal): Promise<void>;
}
