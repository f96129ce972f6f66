import type { ResolvedConfig } from '../../config/resolved.js';
import { connect, type Connection } from '../../engine/docker/connect.js';
import { imageArchive } from '../../engine/docker/image-archive.js';
import { operationError, usageError } from '../../errors.js';
import type { ImageArchive } from '../../images/archive/image-archive.js';
import { assertPortable } from '../../images/archive/loaded.js';
import type { BundledImage, BundleManifest } from '../../images/archive/manifest.js';
import {
  assertRoom,
  bundleBytes,
  bundleFile,
  type OnBytes,
  pourBundle,
  writeBundle,
} from '../../images/archive/write-bundle.js';
import { createProgressLine } from '../../report/progress-line.js';
import { note as noteAside, print, printJson } from '../../report/print.js';
import { VERSION } from '../../version.js';
import { getImages } from './get.js';
import { megabytes } from './list.js';
import type { NeededImage } from './needed.js';

export interface SaveOptions {
  force: boolean;
  json: boolean;
  signal: AbortSignal;
}

/** Instead of a name: standard output. */
const STDOUT = '-';

/** `fortress images save`: gets what is missing, and writes all images of a stack to one file. */
export async function saveImages(config: ResolvedConfig, name: string, options: SaveOptions): Promise<void> {
  const { force, json, signal } = options;
  const toStdout = name === STDOUT;
  if (toStdout) assertPipe(json);
  const target = toStdout ? null : await bundleFile(name, { force });
  const connection = await connect();
  const archive = imageArchive(connection.docker);
  const manifest = await describe(config, connection, archive, { aside: toStdout || json, signal });
  if (target) await assertRoom(target, manifest);
  const bytesOf = async (onBytes: OnBytes): Promise<AsyncIterable<Buffer>> => {
    const references = [...new Set(manifest.images.map(({ reference }) => reference))];
    return bundleBytes(manifest, await archive.save(references, signal), onBytes);
  };
  if (!target) {
    return withProgress(manifest, async (onBytes) => pourBundle(process.stdout, await bytesOf(onBytes), signal));
  }
  const size = await withProgress(manifest, async (onBytes) =>
    writeBundle(target, await bytesOf(onBytes), { force, signal }),
  );
  if (json) printJson({ file: target.path, bytes: size, ...manifest });
  else tell(target.path, size, manifest);
}

/** Shows how far the saving has come; images that share layers take less in the end. */
async function withProgress<T>({ images }: BundleManifest, work: (onBytes: OnBytes) => Promise<T>): Promise<T> {
  const total = images.reduce((bytes, { size }) => bytes + size, 0);
  const progress = createProgressLine(process.stderr, 'saving', Math.ceil(total / 1e6), 'MB');
  try {
    return await work((count) => progress.update(Math.round(count / 1e6)));
  } finally {
    progress.end();
  }
}

function assertPipe(json: boolean): void {
  if (json) throw usageError('--json and "-" do not go together: both want standard output');
  if (process.stdout.isTTY) {
    throw usageError('a bundle is nothing for a terminal', {
      hint: 'give a file, or send it on: fortress images save - | ssh HOST fortress images load -',
    });
  }
}

function tell(path: string, size: number, { images, leftOut }: BundleManifest): void {
  for (const { image, reference } of images) print(`  ${image}: ${reference}`);
  for (const { image, reason } of leftOut) print(`left out: ${image} (${reason})`);
  print(`✓ saved ${images.length} images to ${path} (${megabytes(size)})`);
  print('  On the other machine: fortress images load, then fortress up');
}

async function describe(
  config: ResolvedConfig,
  connection: Connection,
  archive: ImageArchive,
  { aside, signal }: { aside: boolean; signal: AbortSignal },
): Promise<BundleManifest> {
  const note = aside ? noteAside : print;
  const got = await getImages(config, connection, {
    command: 'fortress images save',
    which: 'all',
    aside,
    signal,
    note,
  });
  assertPortable(got.images.map(({ reference }) => reference));
  return {
    fortress: VERSION,
    created: new Date().toISOString(),
    project: config.project,
    source: got.source,
    architecture: connection.architecture,
    images: await Promise.all(got.images.map((image) => bundled(image, archive))),
    leftOut: got.leftOut,
  };
}

async function bundled({ image, reference, origin }: NeededImage, archive: ImageArchive): Promise<BundledImage> {
  const found = await archive.find(reference);
  if (!found) throw operationError('IMAGE_GONE', `somebody removed ${reference} meanwhile`, { hint: 'save again' });
  return { image, reference, origin, ...found };
}
