import { createHash } from 'node:crypto';
import { FILES_CURRENT, type Service } from '../../stack/stack.js';
import type { ExportedFile } from '../exported.js';
import type { Placement, PlacedFile } from './placement.js';

/** An image that has to be built: that of a service, with the files on top that are too large for a ConfigMap. */
export interface LayeredImage {
  reference: string;
  base: string;
  /** Folder of its build context, relative to the export. */
  folder: string;
  files: PlacedFile[];
}

/** The image of a service's pods; `layer`: how it is made, where it is not the service's own. */
export interface PodImage {
  reference: string;
  layer: LayeredImage | null;
}

/** Images that no registry has: fortress builds them on this machine. */
export const isLocal = (reference: string): boolean => reference.startsWith('fortress/');

/** The image that the pods of a service run. Services with the same base and the same files share one. */
export function podImage({ image }: Service, { layer: files }: Placement): PodImage {
  if (files.length === 0) return { reference: image.reference, layer: null };
  const tag = createHash('sha256')
    .update(JSON.stringify([image.reference, files.map(({ path, content }) => [path, sha256(content)])]))
    .digest('hex')
    .slice(0, 12);
  const reference = `fortress/with-model:${tag}`;
  return { reference, layer: { reference, base: image.reference, folder: `images/with-model-${tag}`, files } };
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** The build contexts of images that have to be built. */
export const buildContexts = (layers: LayeredImage[]): ExportedFile[] =>
  layers.flatMap(({ folder, base, files }) => [
    { path: `${folder}/Dockerfile`, content: dockerfile(base, files) },
    ...files.map(({ path, content }) => ({ path: `${folder}/${path}`, content })),
  ]);

const dockerfile = (base: string, files: PlacedFile[]): string =>
  [
    '# The image that serves, with the files that are too large for a ConfigMap. They belong to root, so that',
    '# the server can read them and not change them.',
    `FROM ${base}`,
    ...files.map(({ path }) => `COPY ${JSON.stringify([path, `${FILES_CURRENT}/${path}`])}`),
    '',
  ].join('\n');

/** Name and tag; a port of the registry is no tag. */
export function splitReference(reference: string): { name: string; tag: string } {
  const at = reference.lastIndexOf(':');
  return at > reference.lastIndexOf('/')
    ? { name: reference.slice(0, at), tag: reference.slice(at + 1) }
    : { name: reference, tag: 'latest' };
}
