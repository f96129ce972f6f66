import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { extract } from 'tar-stream';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ApiConfig } from '../../../src/config/types.js';
import { backendSource, basesOf, withBackends } from '../../../src/images/backend.js';
import type { ImageReference, OwnImageSource } from '../../../src/images/image-source.js';
import type { BuildOptions, ImageStore } from '../../../src/images/image-store.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fortress-backend-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'api'));
  writeFileSync(join(root, 'api/Dockerfile'), 'ARG PYTHON_IMAGE\nFROM ${PYTHON_IMAGE}\nCOPY main.py .\n');
  writeFileSync(join(root, 'api/main.py'), 'print("one")\n');
});

const configOf = (v1: ApiConfig) => resolveConfig({ project: 'shop', apis: { v1 }, routes: [{ to: 'v1' }] }, root);

const own = (python = 'python:1'): OwnImageSource & { got: string[] } => {
  const got: string[] = [];
  return {
    got,
    name: 'registry',
    nodeBase: 'node:1',
    pythonBase: python,
    reference: (image) => ({ reference: `${image}:1`, origin: 'an example' }),
    ensure: async (image) => void got.push(image),
    ensureBase: async (base) => void got.push(base),
  };
};

const referenceOf = (v1: ApiConfig, source = own()): string => {
  const found: ImageReference = withBackends(configOf(v1), source).reference('backend:v1');
  if ('missing' in found) throw new Error(found.missing);
  return found.reference;
};

describe('the reference of an image that is built', () => {
  const build = { build: './api' };

  it('stays as long as nothing changes, and names project and API', () => {
    expect(referenceOf(build)).toMatch(/^fortress\/shop-v1:[0-9a-f]{12}$/);
    expect(referenceOf(build)).toBe(referenceOf(build));
  });

  it.each<[string, () => void]>([
    ['a file changes', () => writeFileSync(join(root, 'api/main.py'), 'print("two")\n')],
    ['a file is new', () => writeFileSync(join(root, 'api/other.py'), '')],
    ['a file may be executed', () => chmodSync(join(root, 'api/main.py'), 0o755)],
    ['a link is new', () => symlinkSync('main.py', join(root, 'api/link.py'))],
  ])('is another one when %s', (_, change) => {
    const before = referenceOf(build);
    change();
    expect(referenceOf(build)).not.toBe(before);
  });

  it('is another one for other arguments, another Dockerfile and another base', () => {
    writeFileSync(join(root, 'api/Other'), 'ARG PYTHON_IMAGE\nFROM ${PYTHON_IMAGE}\nCOPY main.py .\n');
    const references = [
      referenceOf(build),
      referenceOf({ build: { context: './api', args: { A: '1' } } }),
      referenceOf({ build: { context: './api', dockerfile: 'Other' } }),
      referenceOf(build, own('python:2')),
    ];
    expect(new Set(references).size).toBe(references.length);
  });

  it('does not look at what .dockerignore names, but for what is taken back', () => {
    writeFileSync(join(root, 'api/.dockerignore'), 'data\n!data/labels.txt\nDockerfile\n');
    mkdirSync(join(root, 'api/data'));
    writeFileSync(join(root, 'api/data/labels.txt'), 'joy');
    const before = referenceOf(build);
    writeFileSync(join(root, 'api/data/tweets.csv'), 'secret');
    expect(referenceOf(build)).toBe(before);
    writeFileSync(join(root, 'api/data/labels.txt'), 'love');
    expect(referenceOf(build)).not.toBe(before);
  });

  it('has nothing to do with the secrets of the project, where these lie in the folder', () => {
    writeFileSync(join(root, 'Dockerfile'), 'FROM example\n');
    const before = referenceOf({ build: '.' });
    mkdirSync(join(root, '.fortress/secrets'), { recursive: true });
    writeFileSync(join(root, '.fortress/secrets/passwords.json'), '{}');
    expect(referenceOf({ build: '.' })).toBe(before);
  });

  it('cannot be told without a Dockerfile', () => {
    rmSync(join(root, 'api/Dockerfile'));
    expect(() => referenceOf(build)).toThrow(`apis.v1.build: ${join(root, 'api/Dockerfile')} cannot be read`);
  });
});

describe('the base of a Dockerfile', () => {
  it('is that of the source where the Dockerfile asks for it', () => {
    expect(basesOf(configOf({ build: './api' }), own(), 'backend:v1')).toEqual(['python:1']);
  });

  it('is nobody else’s matter where the configuration names one, or the Dockerfile does not ask', () => {
    const named = configOf({ build: { context: './api', args: { PYTHON_IMAGE: 'pypy:3' } } });
    expect(basesOf(named, own(), 'backend:v1')).toEqual([]);
    writeFileSync(join(root, 'api/Dockerfile'), 'FROM example\n');
    expect(basesOf(configOf({ build: './api' }), own(), 'backend:v1')).toEqual([]);
  });
});

const store = (present: string[] = []) => {
  const calls: { builds: { files: string[]; reference: string; options: BuildOptions }[]; pulls: string[] } = {
    builds: [],
    pulls: [],
  };
  const images = {
    exists: async (reference: string) => present.includes(reference),
    pull: async (reference: string) => void calls.pulls.push(reference),
    build: async (context: Readable, reference: string, options: BuildOptions) =>
      void calls.builds.push({ files: await namesIn(context), reference, options }),
  } as unknown as ImageStore;
  return { calls, images };
};
const ensure = (v1: ApiConfig, images: ImageStore, source = own()): Promise<void> =>
  backendSource(configOf(v1), images, source).ensure('backend:v1', () => undefined);

describe('getting the image', () => {
  it('builds it on the base of the source, with the network', async () => {
    const { calls, images } = store();
    const source = own();
    await ensure({ build: './api' }, images, source);
    expect(source.got).toEqual(['python']);
    expect(calls.builds).toHaveLength(1);
    expect(calls.builds[0]).toMatchObject({
      files: ['Dockerfile', 'main.py'],
      reference: referenceOf({ build: './api' }),
      options: { dockerfile: 'Dockerfile', args: { PYTHON_IMAGE: 'python:1' }, network: true },
    });
  });

  it('pulls one that is used as it is', async () => {
    const { calls, images } = store();
    await ensure({ image: 'ghcr.io/example/emotion:1.4' }, images);
    expect(calls).toEqual({ builds: [], pulls: ['ghcr.io/example/emotion:1.4'] });
  });

  it('does nothing where it is there', async () => {
    const { calls, images } = store(['ghcr.io/example/emotion:1.4', referenceOf({ build: './api' })]);
    await ensure({ image: 'ghcr.io/example/emotion:1.4' }, images);
    await ensure({ build: './api' }, images);
    expect(calls).toEqual({ builds: [], pulls: [] });
  });

  it('says what the build said when it fails, and how to see more', async () => {
    const { images } = store();
    images.build = () => Promise.reject(new Error('pip: no such package'));
    await expect(ensure({ build: './api' }, images)).rejects.toMatchObject({
      message: 'the image of apis.v1 could not be built',
      why: 'pip: no such package',
      hint: `to see more: docker build -f ${root}/api/Dockerfile --build-arg PYTHON_IMAGE=python:1 ${root}/api`,
    });
  });

  it('leaves fortress’s own images to their source', async () => {
    const source = own();
    await backendSource(configOf({ build: './api' }), store().images, source).ensure('nginx', () => undefined);
    expect(source.got).toEqual(['nginx']);
  });
});

async function namesIn(context: Readable): Promise<string[]> {
  const names: string[] = [];
  const archive = extract();
  archive.on('entry', ({ name }, stream, next) => {
    names.push(name);
    stream.on('end', next).resume();
  });
  context.pipe(archive);
  await new Promise((resolve, reject) => archive.on('finish', () => resolve(null)).on('error', reject));
  return names;
}
