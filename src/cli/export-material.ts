import { readFileSync } from 'node:fs';
import type { ResolvedConfig } from '../config/resolved.js';
import { saveCredentials } from '../credentials/save.js';
import { connectReadOnly } from '../engine/docker/read-only.js';
import { imageReader } from '../engine/docker/images.js';
import { exportBuilds } from '../export/builds.js';
import type { ExportedBuild, ExportMaterial } from '../export/exported.js';
import { everyReplica, NOTHING } from '../export/serving.js';
import { buildsOf } from '../images/backend.js';
import { chooseImageCatalog, type Choice } from '../images/choose-source.js';
import type { ImageCatalog } from '../images/image-source.js';
import type { ImageReader } from '../images/image-store.js';
import { withLock } from '../lock/with-lock.js';
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
    let builds: Record<string, ExportedBuild> | undefined;
    const material: ExportMaterial = {
      config,
      stack,
      serving,
      files: (service, others = serving) => render(service, others),
      contentOf: ({ content }) =>
        typeof content === 'string' || Buffer.isBuffer(content) ? content : readFileSync(content.source),
      credentials,
      get builds() {
        return (builds ??= exportBuilds(buildsOf(config, images.source)));
      },
    };
    return { material, images };
  });
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
