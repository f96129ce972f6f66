import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedConfig } from '../config/resolved.js';
import { saveCredentials } from '../credentials/save.js';
import { connectReadOnly } from '../engine/docker/read-only.js';
import { imageReader } from '../engine/docker/images.js';
import { messageOf, operationError } from '../errors.js';
import type { ExportedBuild, ExportMaterial } from '../export/exported.js';
import { everyReplica, NOTHING } from '../export/serving.js';
import { buildsOf, type BackendBuild } from '../images/backend.js';
import { chooseImageCatalog, type Choice } from '../images/choose-source.js';
import type { ImageCatalog } from '../images/image-source.js';
import type { ImageReader } from '../images/image-store.js';
import { withLock } from '../lock/with-lock.js';
import { apiService } from '../stack/names.js';
import { prepare } from './prepare.js';

/** An engine that is not there has no image, and no way to a registry that could be asked. */
const NO_ENGINE: ImageReader = {
  exists: async () => false,
  askRegistry: async () => undefined,
};

export interface ExportOptions {
  /** What the person ran. */
  command: string;
  signal: AbortSignal;
  note(line: string): void;
}

/**
 * What an export is made from: the stack as `fortress up` would make it on an engine that has nothing. Passwords and
 * certificates are the project's; what is missing is made, and kept as by `up`.
 */
export async function exportMaterial(
  config: ResolvedConfig,
  { command, signal, note }: ExportOptions,
): Promise<{ material: ExportMaterial; images: Choice<ImageCatalog> }> {
  const images = await chooseImageCatalog(config, await reader());
  const lock = { stateDir: config.stateDir, command, waitSeconds: LOCK_WAIT, signal, note };
  return withLock(lock, async () => {
    const { stack, credentials, render } = await prepare(config, NOTHING, images.source);
    await saveCredentials(config, credentials.wanted);
    const serving = everyReplica(stack);
    const material: ExportMaterial = {
      config,
      stack,
      serving,
      files: (service, others = serving) => render(service, others),
      contentOf: ({ content }) =>
        typeof content === 'string' || Buffer.isBuffer(content) ? content : readFileSync(content.source),
      credentials,
      builds: Object.fromEntries(
        buildsOf(config, images.source).map((build) => [apiService(build.api), exportBuild(build)]),
      ),
    };
    return { material, images };
  });
}

const exportBuild = ({ api, context: { folder, entries }, dockerfile, args }: BackendBuild): ExportedBuild => ({
  context: entries
    .filter(({ kind }) => kind !== 'folder')
    .map((entry) => ({
      path: entry.path,
      content: readEntry(api, join(folder, entry.path)),
      ...(entry.kind === 'file' && entry.executable && { mode: 0o755 }),
    })),
  dockerfile,
  args,
});

/** A link is followed: archives and other machines may know none. */
function readEntry(api: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw operationError('EXPORT', `apis.${api}.build: ${path} cannot be exported`, {
      why: messageOf(error),
      hint: 'name it in the .dockerignore, or, where it is a link, let it lead to a file',
      cause: error,
    });
  }
}

/** Seconds. */
const LOCK_WAIT = 60;

async function reader(): Promise<ImageReader> {
  try {
    return imageReader((await connectReadOnly()).docker);
  } catch {
    return NO_ENGINE;
  }
}
