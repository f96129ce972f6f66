import type { Readable } from 'node:stream';

/** An image as an engine has it. */
export interface EngineImage {
  /** `sha256:…`, of its configuration, or of its manifest in an engine with containerd's image store. */
  id: string;
  /** Bytes when unpacked. */
  size: number;
  /** Digests of what its layers hold, from the lowest on: the same in every engine. */
  layers: string[];
}

/** Finds out which images an engine has. */
export interface ImageFinder {
  /** Null: the engine has none of this name. */
  find(reference: string): Promise<EngineImage | null>;
}

/** The way of images into a tar and out of it, as `docker save` and `docker load`. */
export interface ImageArchive extends ImageFinder {
  /** @throws Error with the engine's words when it lacks one; the tar may still end in an error of the engine's */
  save(references: string[], signal: AbortSignal): Promise<Readable>;
  /**
   * @param tar an error of this stream ends the load, with nothing loaded
   * @throws that error; else an Error with the engine's words
   */
  load(tar: Readable, signal: AbortSignal): Promise<void>;
}

/** Pure. */
export const isSameImage = (one: EngineImage, other: EngineImage): boolean =>
  one.id === other.id || (one.layers.length > 0 && one.layers.join() === other.layers.join());
