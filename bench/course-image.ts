import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { DEBIAN_RELEASE, readRecipe, type Recipe } from '../src/images/debian/recipes.js';
import { packRootFileSystem } from '../src/images/debian/root-file-system.js';
import type { ImageStore, TransferOptions } from '../src/images/image-store.js';
import { packageRoot } from '../src/package-root.js';
import type { Corpus } from './synthetic-corpus.js';

const readOwn = (name: string): string => readFileSync(join(packageRoot(), 'bench', 'course', name), 'utf8');

const hashOf = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);

/** Made like the project's own Debian images: the same base and the same last script. */
function pythonRecipe(): Recipe {
  const { packages, hooks, changes } = readRecipe('node');
  return {
    packages: [
      ...packages.filter((name) => name !== 'nodejs'),
      'python3-fastapi',
      'python3-sklearn',
      'python3-uvicorn',
    ],
    hooks: [readOwn('python.sh'), ...hooks.slice(-1)],
    changes: changes.filter((instruction) => instruction.startsWith('ENV ')),
  };
}

async function ensurePython(store: ImageStore, options: TransferOptions): Promise<string> {
  const recipe = pythonRecipe();
  const reference = `fortress/bench-python:debian-${hashOf(DEBIAN_RELEASE, JSON.stringify(recipe))}`;
  if (await store.exists(reference)) return reference;
  const folder = await mkdtemp(join(tmpdir(), 'fortress-bench-'));
  try {
    const tarFile = join(folder, 'root.tar');
    await packRootFileSystem(recipe, await store.architecture(), tarFile, options);
    options.report('importing the image');
    await store.importTar(createReadStream(tarFile), reference, recipe.changes, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return reference;
}

/**
 * Makes the image of the course's API, with a model trained on the corpus, unless the engine has it.
 * @returns its reference
 * @throws FortressError (exit 3) when Debian's packages cannot be had
 */
export async function ensureCourseImage(store: ImageStore, corpus: Corpus, options: TransferOptions): Promise<string> {
  const python = await ensurePython(store, options);
  const files = {
    Dockerfile: readOwn('Dockerfile').replace(/^ARG PYTHON_IMAGE$/m, () => `ARG PYTHON_IMAGE=${python}`),
    'train.py': readOwn('train.py'),
    'app.py': readOwn('app.py'),
    'corpus.json': JSON.stringify(corpus),
  };
  const reference = `fortress/bench-course:${hashOf(...Object.values(files))}`;
  if (await store.exists(reference)) return reference;
  options.report(`training the course's model on ${corpus.texts.length} texts`);
  const context = pack();
  for (const [name, content] of Object.entries(files)) context.entry({ name }, content);
  context.finalize();
  await store.build(Readable.from(context), reference, { ...options, report: () => undefined });
  return reference;
}
