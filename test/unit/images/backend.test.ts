import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { extract } from 'tar-stream';
import { copyConfig } from '../../../src/bench/copy-config.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import type { ApiConfig } from '../../../src/config/types.js';
import { ExitCode } from '../../../src/errors.js';
import { backendSource, basesOf, withBackends } from '../../../src/images/backend.js';
import type { ImageReference, OwnImageSource } from '../../../src/images/image-source.js';
import type { BuildOptions, ImageStore } from '../../../src/images/image-store.js';

/** Folders and files that cannot be read, even by root. */
const unreadable = new Set<string>();
vi.mock(import('node:fs'), async (original) => {
  const fs = await original();
  return { ...fs, readdirSync: refusing(fs.readdirSync), openSync: refusing(fs.openSync) };
});

function refusing<Call extends (path: never, ...rest: never[]) => unknown>(call: Call): Call {
  return ((path: never, ...rest: never[]) => {
    if (unreadable.has(path)) throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    return call(path, ...rest);
  }) as Call;
}

let root: string;
beforeEach(() => {
  unreadable.clear();
  root = mkdtempSync(join(tmpdir(), 'fortress-backend-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'api'));
  writeFileSync(join(root, 'api/Dockerfile'), 'ARG PYTHON_IMAGE\nFROM ${PYTHON_IMAGE}\nCOPY main.py .\n');
  writeFileSync(join(root, 'api/main.py'), 'print("one")\n');
});

const configOf = (v1: ApiConfig, project = 'shop') =>
  resolveConfig({ project, apis: { v1 }, routes: [{ to: 'v1' }] }, root);

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

const referenceOf = (v1: ApiConfig, source = own()): string => referenceIn(configOf(v1), source);

const referenceIn = (config: ResolvedConfig, source = own()): string => {
  const found: ImageReference = withBackends(config, source).reference('backend:v1');
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
    ['a folder is new', () => mkdirSync(join(root, 'api/empty'))],
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

  it('has nothing to do with what the configuration names as secret', () => {
    writeFileSync(join(root, 'Dockerfile'), 'FROM example\n');
    mkdirSync(join(root, 'keys'));
    const tls = { certificate: 'keys/tls.crt', certificateKey: 'keys/tls.key' };
    const reference = () => {
      const v1: ApiConfig = { build: '.', secrets: { 'api-key': 'keys/api-key' } };
      const config = resolveConfig({ project: 'shop', gateway: { tls }, apis: { v1 }, routes: [{ to: 'v1' }] }, root);
      // As the copy that `fortress bench` measures.
      return referenceIn({ ...config, stateDir: join(root, '.fortress/bench') });
    };
    const before = reference();
    writeFileSync(join(root, 'keys/api-key'), 'secret');
    writeFileSync(join(root, 'keys/tls.key'), 'secret');
    mkdirSync(join(root, '.fortress/secrets'), { recursive: true });
    writeFileSync(join(root, '.fortress/secrets/passwords.json'), '{}');
    expect(reference()).toBe(before);
    writeFileSync(join(root, 'keys/tls.crt'), 'public');
    expect(reference()).not.toBe(before);
  });

  it('nor with a secret that is named by way of a link', () => {
    symlinkSync('api', join(root, 'linked'));
    writeFileSync(join(root, 'api/key'), 'secret');
    const named = { build: './api', secrets: { key: 'linked/key' } };
    const before = referenceOf(named);
    rmSync(join(root, 'api/key'));
    expect(referenceOf(named)).toBe(before);
  });

  it('is a valid one for every name of a project, and another one for each', () => {
    const projects = ['rvw_', 'rvw-', 'rvw-_-', 'a__b', 'a_-b', 'rvw'];
    const references = projects.map((project) => referenceIn(configOf(build, project)));
    for (const reference of references) {
      expect(reference).toMatch(/^fortress\/[a-z0-9]+(?:(?:_|-)[a-z0-9]+)*:[0-9a-f]{12}$/);
    }
    expect(new Set(references).size).toBe(references.length);
  });

  it('does not need what is ignored to be readable, whatever is taken back elsewhere', () => {
    mkdirSync(join(root, 'api/pgdata/base'), { recursive: true });
    unreadable.add(join(root, 'api/pgdata'));
    writeFileSync(join(root, 'api/.dockerignore'), 'pgdata\n');
    expect(() => referenceOf(build)).not.toThrow();
    writeFileSync(join(root, 'api/.dockerignore'), 'pgdata\nlogs\n!./logs/x\n');
    expect(() => referenceOf(build)).not.toThrow();
  });

  it.each(['!pgdata/base', '!pgdata', '!/pgdata/*', '!**/base', '!*', '!logs/../pgdata/base'])(
    'looks into a folder that is ignored where %s may take something back',
    (exception) => {
      mkdirSync(join(root, 'api/pgdata/base'), { recursive: true });
      writeFileSync(join(root, 'api/.dockerignore'), `pgdata\n${exception}\n`);
      const before = referenceOf(build);
      writeFileSync(join(root, 'api/pgdata/base/1'), '');
      expect(referenceOf(build)).not.toBe(before);
    },
  );

  it('tells upper from lower case in .dockerignore, as Docker does', () => {
    writeFileSync(join(root, 'api/.dockerignore'), 'MAIN.py\n');
    const before = referenceOf(build);
    writeFileSync(join(root, 'api/main.py'), 'print("two")\n');
    expect(referenceOf(build)).not.toBe(before);
  });

  it.each(['api/main.py', 'api/data'])('cannot be told where %s cannot be read', (path) => {
    mkdirSync(join(root, 'api/data'));
    unreadable.add(join(root, path));
    expect(() => referenceOf(build)).toThrow(
      expect.objectContaining({
        exitCode: ExitCode.usage,
        message: `apis.v1.build: ${join(root, path)} cannot be read`,
        why: 'EACCES: permission denied',
      }),
    );
  });

  it('can be told of files beyond what one read takes', () => {
    writeFileSync(join(root, 'api/model.bin'), '');
    truncateSync(join(root, 'api/model.bin'), 2 * 1024 ** 3 + 1);
    expect(() => referenceOf(build)).not.toThrow();
  }, 60_000);

  it('cannot be told without a Dockerfile', () => {
    rmSync(join(root, 'api/Dockerfile'));
    expect(() => referenceOf(build)).toThrow(`apis.v1.build: ${join(root, 'api/Dockerfile')} cannot be read`);
  });
});

it('is the same image in a copy of the project, which builds none of its own', () => {
  const config = configOf({ build: './api' });
  expect(referenceIn(copyConfig(config))).toBe(referenceIn(config));
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
    expect(calls.builds[0]?.options.labels).toEqual({ 'dev.fortress.built-for': 'shop' });
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

  it('tells of people’s arguments their names only', async () => {
    const { images } = store();
    images.build = () => Promise.reject(new Error('no'));
    const build = { context: './api', args: { TOKEN: 'hunter2' } };
    await expect(ensure({ build }, images)).rejects.toMatchObject({
      hint: `to see more: docker build -f ${root}/api/Dockerfile --build-arg TOKEN=… --build-arg PYTHON_IMAGE=python:1 ${root}/api`,
    });
  });

  it('takes folders along, with what is in them', async () => {
    mkdirSync(join(root, 'api/empty'));
    mkdirSync(join(root, 'api/src'));
    writeFileSync(join(root, 'api/src/none.py'), '');
    writeFileSync(join(root, 'api/src/model.bin'), Buffer.alloc(3_000_000, 7));
    symlinkSync('main.py', join(root, 'api/link.py'));
    const { calls, images } = store();
    await ensure({ build: './api' }, images);
    expect(calls.builds[0]?.files).toEqual([
      'Dockerfile',
      'empty/',
      'link.py',
      'main.py',
      'src/',
      'src/model.bin',
      'src/none.py',
    ]);
  });

  const changed = {
    code: 'CONTEXT_CHANGED',
    exitCode: ExitCode.failed,
    message: 'the files of apis.v1.build changed while its image was prepared',
  };

  it('builds nothing but what its reference, which it gave before, says', async () => {
    const { calls, images } = store();
    const source = backendSource(configOf({ build: './api' }), images, own());
    const given = source.reference('backend:v1');
    appendFileSync(join(root, 'api/main.py'), 'print("more")\n');
    expect(source.reference('backend:v1')).toEqual(given);
    await expect(source.ensure('backend:v1', () => undefined)).rejects.toMatchObject(changed);
    expect(calls.builds).toEqual([]);
  });

  it.each<[string, () => void]>([
    ['goes', () => rmSync(join(root, 'api/model.bin'))],
    ['shrinks', () => truncateSync(join(root, 'api/model.bin'), 1)],
  ])('ends where a file %s while it is sent', async (_, change) => {
    writeFileSync(join(root, 'api/a.bin'), Buffer.alloc(3_000_000));
    writeFileSync(join(root, 'api/model.bin'), Buffer.alloc(3_000_000));
    const { images } = store();
    // As the engine's client, which never hears of it.
    images.build = (context, _reference, { signal }) =>
      new Promise((_resolve, reject) => {
        context.once('data', () => setTimeout(() => context.resume(), 50));
        context.once('data', () => {
          context.pause();
          change();
        });
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    await expect(ensure({ build: './api' }, images)).rejects.toMatchObject(changed);
  });

  it('holds no more of a file than it sends', async () => {
    writeFileSync(join(root, 'api/model.bin'), '');
    truncateSync(join(root, 'api/model.bin'), 300 * 1024 ** 2);
    const { images } = store();
    let most = 0;
    images.build = async (context) => {
      const before = process.memoryUsage().arrayBuffers;
      for await (const _ of context) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    };
    await ensure({ build: './api' }, images);
    expect(most).toBeLessThan(150 * 1024 ** 2);
  }, 30_000);

  it('leaves fortress’s own images to their source', async () => {
    const source = own();
    await backendSource(configOf({ build: './api' }), store().images, source).ensure('nginx', () => undefined);
    expect(source.got).toEqual(['nginx']);
  });
});

async function namesIn(context: Readable): Promise<string[]> {
  const names: string[] = [];
  const archive = extract();
  archive.on('entry', ({ name, type }, stream, next) => {
    names.push(type === 'directory' && !name.endsWith('/') ? `${name}/` : name);
    stream.on('end', next).resume();
  });
  context.pipe(archive);
  await new Promise((resolve, reject) => archive.on('finish', () => resolve(null)).on('error', reject));
  return names;
}
