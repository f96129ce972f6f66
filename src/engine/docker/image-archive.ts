import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { EngineImage, ImageArchive, ImageFinder } from '../../images/archive/image-archive.js';
import { isMissing } from './errors.js';
import { followEvents } from './event-stream.js';
import { engineMessage, withTag } from './images.js';

/** What dockerode has and its types have not. */
interface WithGetImages {
  getImages(options: { names: string[]; abortSignal: AbortSignal }): Promise<Readable>;
}

/** Looks at an engine's images; holds nothing that changes them. */
export const imageFinder = (docker: Docker): ImageFinder => ({ find: (reference) => findImage(docker, reference) });

/** Takes images out of an engine and brings them into it. */
export function imageArchive(docker: Docker): ImageArchive {
  return {
    ...imageFinder(docker),
    // Without a tag the engine would give every tag of the repository.
    save: (references, signal) =>
      inItsWords((docker as Docker & WithGetImages).getImages({ names: references.map(withTag), abortSignal: signal })),
    load: (tar, signal) => load(docker, tar, signal),
  };
}

async function findImage(docker: Docker, reference: string): Promise<EngineImage | null> {
  try {
    const { Id, Size, RootFS } = await docker.getImage(reference).inspect();
    return { id: Id, size: Size, layers: RootFS.Layers ?? [] };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function load(docker: Docker, tar: Readable, signal: AbortSignal): Promise<void> {
  const broken = new AbortController();
  // The Docker client would wait for the rest for ever. An upload that breaks off leaves nothing in the engine.
  tar.on('error', (error) => broken.abort(error));
  try {
    const abortSignal = AbortSignal.any([signal, broken.signal]);
    const answer = await docker.loadImage(tar, { quiet: true, abortSignal });
    await followEvents(answer as Readable, () => undefined);
  } catch (error) {
    if (broken.signal.aborted) throw broken.signal.reason;
    throw new Error(engineMessage(error), { cause: error });
  } finally {
    tar.destroy();
  }
}

async function inItsWords<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new Error(engineMessage(error), { cause: error });
  }
}
