import type { Readable } from 'node:stream';

/** What may be asked of an engine's images without changing any. */
export interface ImageReader {
  exists(reference: string): Promise<boolean>;
  /**
   * Asks the image's registry for its manifest, through the engine.
   * @param timeout milliseconds
   * @throws Error with the engine's words when there is no answer or not this image
   */
  askRegistry(reference: string, timeout: number): Promise<void>;
}

export interface TransferOptions {
  /** Gets one short line per step. */
  report(line: string): void;
  signal?: AbortSignal | undefined;
}

export interface BuildOptions extends TransferOptions {
  /** Path in the context. Default: `Dockerfile`. */
  dockerfile?: string;
  args?: Record<string, string>;
  labels?: Record<string, string>;
  /** Its commands may use the network. Default: false. */
  network?: boolean;
}

/** The images of an engine. All methods throw the engine's own error. */
export interface ImageStore extends ImageReader {
  /** Debian's and Docker's name of the engine's architecture: `amd64`, `arm64`. */
  architecture(): Promise<string>;
  pull(reference: string, options: TransferOptions): Promise<void>;
  /**
   * Makes a one-layer image of a root file system.
   * @param changes instructions of a Dockerfile: `USER 101:101`, `CMD ["nginx"]`
   */
  importTar(tar: Readable, reference: string, changes: string[], options: TransferOptions): Promise<void>;
  /** Builds a tar of a context, which holds its Dockerfile. */
  build(context: Readable, reference: string, options: BuildOptions): Promise<void>;
}
