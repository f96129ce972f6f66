import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import type { ResolvedConfig } from '../../config/resolved.js';
import { connect, type Connection } from '../../engine/docker/connect.js';
import { imageArchive } from '../../engine/docker/image-archive.js';
import { imageReader } from '../../engine/docker/images.js';
import { usageError } from '../../errors.js';
import { assertRunsOn, loadBundle } from '../../images/archive/load-bundle.js';
import { notLoaded } from '../../images/archive/loaded.js';
import type { BundleManifest } from '../../images/archive/manifest.js';
import { openBundle } from '../../images/archive/open-bundle.js';
import { chooseImageCatalog } from '../../images/choose-source.js';
import { imagesOf } from '../../images/images-of.js';
import { createProgressLine } from '../../report/progress-line.js';
import { note, print, printJson, visible } from '../../report/print.js';
import { VERSION } from '../../version.js';
import { megabytes, shortId } from './list.js';
import { runningHere } from './needed.js';

export interface LoadOptions {
  json: boolean;
  signal: AbortSignal;
}

/** Instead of a name: standard input. */
const STDIN = '-';

/**
 * `fortress images load`: brings the images of a bundle into the engine.
 * @param config of the project that they are for; null: there is none here
 */
export async function loadImages(
  config: ResolvedConfig | null,
  name: string,
  { json, signal }: LoadOptions,
): Promise<void> {
  const file = name === STDIN ? 'standard input' : name;
  const { bytes, size } = await openInput(name);
  // Nothing may come in for ever.
  addAbortSignal(signal, bytes);
  const reading = new AbortController();
  try {
    const bundle = await openBundle(counted(bytes, size), {
      file,
      signal: AbortSignal.any([signal, reading.signal]),
    });
    const { manifest } = bundle;
    const connection = await connect();
    assertRunsOn(connection.architecture, manifest, file);
    await loadBundle(bundle, imageArchive(connection.docker), { file, signal });
    const missing = config ? await stillMissing(config, connection) : [];
    if (json) printJson({ ...manifest, missing });
    else tell(manifest, config, missing);
  } finally {
    reading.abort();
    bytes.destroy();
  }
}

async function openInput(name: string): Promise<{ bytes: Readable; size: number | null }> {
  if (name === STDIN) {
    if (!process.stdin.isTTY) return { bytes: process.stdin, size: null };
    throw usageError('standard input is a terminal', {
      hint: 'give a file, or send a bundle: … | fortress images load -',
    });
  }
  const found = await stat(name).catch(() => null);
  if (!found) throw usageError(`there is no file ${name}`);
  if (!found.isFile()) throw usageError(`${name} is not a file`);
  return { bytes: createReadStream(name), size: found.size };
}

/** Shows how far the reading has come, where it is known how much there is. */
async function* counted(bytes: AsyncIterable<Buffer>, size: number | null): AsyncGenerator<Buffer> {
  if (size === null) return yield* bytes;
  const progress = createProgressLine(process.stderr, 'loading', Math.ceil(size / 1e6), 'MB');
  let count = 0;
  try {
    for await (const chunk of bytes) {
      count += chunk.length;
      progress.update(Math.round(count / 1e6));
      yield chunk;
    }
  } finally {
    progress.end();
  }
}

/** What `up` of this project would have to get all the same. */
async function stillMissing(config: ResolvedConfig, connection: Connection): Promise<string[]> {
  const images = imageReader(connection.docker);
  const asLoaded = { ...config, images: { ...config.images, source: 'archive' as const } };
  const { source } = await chooseImageCatalog(asLoaded, images, await runningHere(config, connection));
  return notLoaded(source, imagesOf(config), images);
}

function tell(manifest: BundleManifest, config: ResolvedConfig | null, missing: string[]): void {
  const { images, leftOut, project, fortress, created } = manifest;
  // A bundle may come from anywhere.
  const lines = [
    `images of ${project}, saved by fortress ${fortress} on ${created.slice(0, 10)}`,
    ...images.map(({ reference, id, size }) => `  ${reference}  ${shortId(id)}  ${megabytes(size)}`),
    ...leftOut.map(({ image, reason }) => `left out: ${image} (${reason})`),
  ];
  print(lines.map(visible).join('\n'));
  print(`✓ loaded ${images.length} images`);
  if (config && missing.length === 0) print(`✓ the engine has all that ${config.project} needs: fortress up`);
  if (config && missing.length > 0) {
    note(`! ${config.project} also needs ${missing.join(', ')}`);
    note(
      fortress === VERSION
        ? '  The bundle was saved of another configuration, or of other files.'
        : `  The bundle was saved by fortress ${fortress}, this is ${VERSION}: use the same version here and there.`,
    );
  }
}
