import type { ResolvedConfig } from '../../config/resolved.js';
import { imageFinder } from '../../engine/docker/image-archive.js';
import { imageReader } from '../../engine/docker/images.js';
import { connectReadOnly } from '../../engine/docker/read-only.js';
import { chooseImageCatalog } from '../../images/choose-source.js';
import { print, printJson, table } from '../../report/print.js';
import { neededImages, runningHere } from './needed.js';

/** `fortress images [list]`: what a configuration needs, and what of it the engine has. */
export async function listImages(config: ResolvedConfig, { json }: { json: boolean }): Promise<void> {
  const connection = await connectReadOnly();
  const running = await runningHere(config, connection);
  const { source, reason } = await chooseImageCatalog(config, imageReader(connection.docker), running);
  const { images, leftOut } = neededImages(config, source);
  const { find } = imageFinder(connection.docker);
  const found = await Promise.all(images.map(({ reference }) => find(reference)));
  const listed = images.map((image, index) => {
    const { id = null, size = null } = found[index] ?? {};
    return { ...image, present: id !== null, id, size };
  });
  if (json) {
    printJson({ source: source.name, reason, images: listed, leftOut });
    return;
  }
  const rows = listed.map(({ image, reference, id, size, origin }) => [
    image,
    reference,
    id === null ? 'absent' : shortId(id),
    size === null ? '' : megabytes(size),
    origin,
  ]);
  print(table([['IMAGE', 'REFERENCE', 'ID', 'SIZE', 'ORIGIN'], ...rows]));
  for (const { image, reason: why } of leftOut) print(`left out: ${image} (${why})`);
  print(`\n${reason}`);
}

/** As `docker images` shows it. */
export const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
