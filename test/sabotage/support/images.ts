import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { resolveConfig } from '../../../src/config/resolve.js';
import { imageStore } from '../../../src/engine/docker/images.js';
import { chooseImageSource } from '../../../src/images/choose-source.js';
import { debianBuilder } from '../../../src/images/debian/build.js';
import type { ImageName, ImageSource } from '../../../src/images/image-source.js';
import { docker } from '../../support/engine.js';

/** References of the images that the containers of a case are made of. */
export interface Images {
  nginx: string;
  exporter: string;
  prometheus: string;
  api: Record<'v1' | 'v2', string>;
}

const API_FILE = new URL('api.js', import.meta.url);
const quiet = { report: (): void => undefined };
const store = imageStore(docker);

/** Gets the images as `fortress up` would, and builds the two of the course's API on its Node base. */
export async function ensureImages(): Promise<Images> {
  const { source } = await chooseImageSource(resolveConfig({ project: 'sabotage' }, tmpdir()), store);
  const [nginx, exporter, prometheus] = await Promise.all([
    ensure(source, 'nginx'),
    ensure(source, 'exporter'),
    ensure(source, 'prometheus'),
    ensureNode(source),
  ]);
  const [v1, v2] = await Promise.all([ensureApi(source.nodeBase, 'v1'), ensureApi(source.nodeBase, 'v2')]);
  return { nginx, exporter, prometheus, api: { v1, v2 } };
}

/** The same image under the tag that a check warns of. */
export const latestOf = (reference: string): string => reference.replace(/:[^:]*$/, ':latest');

async function ensure(source: ImageSource, name: ImageName): Promise<string> {
  const image = source.reference(name);
  if ('missing' in image) throw new Error(image.missing);
  await source.ensure(name, quiet.report);
  return image.reference;
}

async function ensureNode({ name, nodeBase }: ImageSource): Promise<void> {
  if (name === 'debian') await debianBuilder(store)('node', quiet);
  else if (!(await store.exists(nodeBase))) await store.pull(nodeBase, quiet);
}

/** Two images, as the course has two: whether replicas are of one image is a question of a check. */
async function ensureApi(nodeBase: string, version: 'v1' | 'v2'): Promise<string> {
  const server = readFileSync(API_FILE, 'utf8');
  const dockerfile = [
    `FROM ${nodeBase}`,
    'COPY api.mjs /api.mjs',
    `ENV VERSION=${version}`,
    'USER 10001:10001',
    'CMD ["node", "/api.mjs"]',
  ].join('\n');
  const tag = createHash('sha256').update(dockerfile).update(server).digest('hex').slice(0, 12);
  const reference = `sabotage/api-${version}:${tag}`;
  if ((await store.exists(reference)) && (await store.exists(latestOf(reference)))) return reference;
  const context = pack();
  context.entry({ name: 'Dockerfile' }, dockerfile);
  context.entry({ name: 'api.mjs' }, server);
  context.finalize();
  await store.build(Readable.from(context), reference, quiet);
  await docker.getImage(reference).tag({ repo: `sabotage/api-${version}`, tag: 'latest' });
  return reference;
}
