import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import type { FortressConfig } from '../../../src/config/types.js';
import { recordGeneration, type Prepared } from '../../../src/generations/record.js';
import type { ImageCatalog } from '../../../src/images/image-source.js';
import { exampleImage } from '../stack/example.js';

/** A project in a folder of its own, whose models are small texts. */
export interface TestProject {
  root: string;
  stateDir: string;
  config: ResolvedConfig;
  /** The model that both APIs serve. */
  model: string;
}

export async function testProject(): Promise<TestProject> {
  const root = await mkdtemp(join(tmpdir(), 'fortress-generations-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'model'));
  const model = join(root, 'model/model.onnx');
  await writeFile(model, 'model 1');
  const config = resolveConfig({ project: 'shop' }, root);
  return { root, stateDir: config.stateDir, config, model };
}

export const catalog = (tag = '1'): ImageCatalog => ({
  name: 'debian',
  nodeBase: 'example/node:1',
  pythonBase: 'example/python:1',
  reference: (image) =>
    image === 'grafana' ? { missing: 'no package' } : { ...exampleImage(image), reference: `example/${image}:${tag}` },
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a change was made from, of a model with this content. */
export const prepared = (model: string, content: string, change: Partial<Prepared> = {}): Prepared => ({
  plan: { project: 'shop', operations: [], rollouts: [] } as Prepared['plan'],
  models: { [model]: { 'model.onnx': { source: model, hash: sha256(content) } } },
  templates: { 'nginx/nginx.conf.eta': 'template 1' },
  images: catalog(),
  ...change,
});

/** What a successful `up` does with a changed configuration and model. */
export async function up(
  { root, model }: TestProject,
  { config = {}, content = 'model 1', cause = 'fortress up', ...change }: Up = {},
): Promise<number> {
  await writeFile(model, content);
  const resolved = resolveConfig({ project: 'shop', ...config }, root);
  return recordGeneration(resolved, prepared(model, content, change), { cause });
}

interface Up extends Partial<Prepared> {
  config?: FortressConfig;
  content?: string;
  cause?: string;
}
