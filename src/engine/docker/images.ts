import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { ImageReader, ImageStore } from '../../images/image-store.js';
import { messageOf } from '../../errors.js';
import { isInUse, isMissing, tolerate } from './errors.js';
import { followEvents, type StreamEvent } from './event-stream.js';
import { pullProgress } from './pull-progress.js';

/** Reads an engine's images; holds nothing that changes them. */
export function imageReader(docker: Docker): ImageReader {
  return {
    exists: (reference) => imageExists(docker, reference),
    askRegistry: (reference, timeout) => askRegistry(docker, withTag(reference), timeout),
  };
}

/** Reads and makes an engine's images. */
export function imageStore(docker: Docker): ImageStore {
  return {
    ...imageReader(docker),
    architecture: async () => (await docker.version()).Arch,
    pull(reference, { report, signal }) {
      const stream = docker.createImage({ fromImage: withTag(reference), abortSignal: signal });
      return finish(docker, reference, stream, pullProgress(reference, report));
    },
    importTar(tar, reference, changes, { signal }) {
      const [repo, tag] = splitTag(reference);
      const stream = docker.importImage(tar, { repo, tag, changes, abortSignal: signal });
      return finish(docker, reference, stream, () => undefined);
    },
    async build(context, reference, { report, signal, dockerfile, args, labels, network = false }) {
      const options = {
        t: reference,
        ...(dockerfile !== undefined && { dockerfile }),
        ...(args && { buildargs: args }),
        ...(labels && { labels }),
        ...(!network && { networkmode: 'none' }),
        rm: true,
        forcerm: true,
        abortSignal: signal,
      };
      const said: string[] = [];
      try {
        await finish(docker, reference, docker.buildImage(context, options), buildProgress(report, said));
      } catch (error) {
        throw new Error([engineMessage(error), ...said.slice(-BUILD_LINES)].join('\n'), { cause: error });
      }
    },
  };
}

/** Takes a name from an image, and the image away with its last name; one that a container uses by now stays. */
export const removeImage = (docker: Docker, reference: string): Promise<void> =>
  tolerate(docker.getImage(reference).remove(), isMissing, isInUse);

async function imageExists(docker: Docker, reference: string): Promise<boolean> {
  try {
    await docker.getImage(reference).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** dockerode's own call cannot be aborted and would keep the process alive until the engine gives up. */
function askRegistry(docker: Docker, reference: string, timeout: number): Promise<void> {
  const abortSignal = AbortSignal.timeout(timeout);
  return new Promise((resolve, reject) => {
    const request = { path: `/distribution/${reference}/json`, method: 'GET', statusCodes: { 200: true }, abortSignal };
    docker.modem.dial(request, (error: unknown) => {
      if (abortSignal.aborted) reject(new Error('no answer'));
      else if (error) reject(new Error(engineMessage(error), { cause: error }));
      else resolve();
    });
  });
}

/** The engine is believed only when the image is there in the end. */
async function finish(
  docker: Docker,
  reference: string,
  stream: Promise<NodeJS.ReadableStream>,
  onEvent: (event: StreamEvent) => void,
): Promise<void> {
  try {
    await followEvents((await stream) as Readable, onEvent);
  } catch (error) {
    throw new Error(engineMessage(error), { cause: error });
  }
  if (!(await imageExists(docker, reference))) throw new Error(`the engine reported no error but has no ${reference}`);
}

/** How much of what a failed build printed is shown. */
const BUILD_LINES = 12;

/** Tells of each step, and keeps in `said` what was printed since the last one began. */
const buildProgress =
  (report: (line: string) => void, said: string[]) =>
  ({ stream = '' }: StreamEvent): void => {
    const isStep = stream.startsWith('Step ');
    if (isStep) report(stream.trim());
    if (isStep) said.length = 0;
    said.push(...stream.split(/\r?\n/).filter((line) => line.trim() !== ''));
  };

/** Without a tag the engine would pull every tag of the repository. */
export const withTag = (reference: string): string =>
  splitTag(reference)[1] === undefined && !reference.includes('@') ? `${reference}:latest` : reference;

/** `registry:5000/name:tag` → name with its registry, and tag. */
function splitTag(reference: string): [string, string | undefined] {
  const colon = reference.lastIndexOf(':');
  return colon > reference.lastIndexOf('/')
    ? [reference.slice(0, colon), reference.slice(colon + 1)]
    : [reference, undefined];
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

/** The engine's sentence without dockerode's "(HTTP code 500) server error - ". */
export const engineMessage = (error: unknown): string =>
  messageOf(error)
    .replace(/^\(HTTP code \d+\) [^-]*- /, '')
    .trim();
