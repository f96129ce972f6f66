import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { bundleBytes } from '../../../../src/images/archive/write-bundle.js';
import type { BundleManifest } from '../../../../src/images/archive/manifest.js';

export const MANIFEST: BundleManifest = {
  fortress: '0.1.0',
  created: '2026-11-23T10:00:00.000Z',
  project: 'shop',
  source: 'debian',
  architecture: 'amd64',
  images: [
    { image: 'nginx', reference: 'nginx:1', origin: 'an example', id: 'sha256:a1', size: 2000, layers: ['sha256:b1'] },
    { image: 'api', reference: 'api:1', origin: 'an example', id: 'sha256:a2', size: 4000, layers: ['sha256:b2'] },
  ],
  leftOut: [{ image: 'grafana', reason: 'no package' }],
};

/** A tar as an engine saves it: a layer, then its manifest. */
export async function engineTar(names: string[] = ['layer.tar', 'manifest.json']): Promise<Buffer> {
  const archive = pack();
  for (const name of names) archive.entry({ name }, `${name} `.repeat(300));
  archive.finalize();
  return buffer(Readable.from(archive));
}

/** The bytes in pieces, as they come from a disk. */
export async function* inPieces(bytes: Buffer, length = 1000): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

/** A bundle that is not compressed. */
export const bundle = async (manifest = MANIFEST): Promise<Buffer> =>
  buffer(Readable.from(bundleBytes(manifest, inPieces(await engineTar()), () => undefined)));
