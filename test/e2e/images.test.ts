import { mkdtemp, open, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createOwnEngine, type OwnEngine } from '../chaos/support/own-engine.js';
import type { PlanDocument } from '../support/change.js';
import { useProject } from '../support/project.js';

// A stack's images go to an engine that has none, on a machine with neither a registry nor packages.
const project = useProject();
let target: OwnEngine;
/** On PATH there: Node alone. */
let programs = '';
let bundle = '';

interface ListedImage {
  image: string;
  reference: string;
  origin: string;
  present: boolean;
  id: string | null;
  size: number | null;
}
interface Listing {
  source: string;
  images: ListedImage[];
  leftOut: { image: string; reason: string }[];
}
interface Outcome {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** The CLI on the machine that the bundle is for. */
async function there(...args: string[]): Promise<Outcome> {
  const [command = '', ...words] = target.within;
  const cli = [process.execPath, join(inject('packageFolder'), 'bin/fortress.js')];
  // The namespace is entered by this machine's program, and what runs in it finds none.
  const { exitCode, stdout, stderr } = await execa(command, [...words, 'env', `PATH=${programs}`, ...cli, ...args], {
    cwd: project.folder,
    env: { DOCKER_HOST: target.url },
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

async function thereOk(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await there(...args);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}:\n${stdout}\n${stderr}`);
  return stdout;
}

const imagesThere = async (): Promise<string[]> =>
  (await execa('docker', ['--host', target.url, 'images', '--all', '--quiet'])).stdout.split('\n').filter(Boolean);

const configure = (source: 'debian' | 'archive' | 'auto'): Promise<void> =>
  project.configure({ images: { source }, apis: { v1: { replicas: 1 }, v2: { debug: true } } });

beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), 'no-programs-'));
  await symlink(process.execPath, join(programs, 'node'));
  bundle = join(project.folder, 'bundle.tar.gz');
  await configure('debian');
  target = await createOwnEngine();
  await target.start();
});

afterAll(async () => {
  await there('down', '--purge').catch(() => undefined);
  await target.close();
  await rm(programs, { recursive: true });
});

describe('here', () => {
  it('builds what the stack needs and touches no container', async () => {
    const { images } = await project.json<{ images: { fresh: boolean }[] }>('images', 'build');
    expect(images).toHaveLength(2);
    expect((await project.ok('images', 'build')).stdout.match(/was there/g)).toHaveLength(2);
    expect((await project.ok('images', 'pull')).stdout).toContain('nothing is pulled');
    expect(await project.json('status')).toMatchObject({ containers: [] });
  });

  it('lists each image with its origin', async () => {
    const { source, images } = await project.json<Listing>('images');
    expect(source).toBe('debian');
    expect(images.map(({ image, present }) => ({ image, present }))).toEqual([
      { image: 'nginx', present: true },
      { image: 'api', present: true },
    ]);
    for (const { id, size, origin } of images) {
      expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(size).toBeGreaterThan(1e6);
      expect(origin).toContain('Debian');
    }
  });

  it('says what Debian has no package for', async () => {
    await project.configure({ images: { source: 'debian' }, monitoring: {} });
    const { leftOut } = await project.json<Listing>('images');
    expect(leftOut).toEqual([{ image: 'grafana', reason: expect.stringContaining('no Grafana package') as string }]);
    await configure('debian');
  });

  it('saves them to one file, and does not overwrite it', async () => {
    await project.ok('images', 'save', 'bundle.tar.gz');
    const { size } = await stat(bundle);
    const again = await project.fortress('images', 'save', 'bundle.tar.gz');
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--force') as string });
    expect((await stat(bundle)).size).toBe(size);
  });

  it('leaves nothing of a file when it is interrupted', async () => {
    const saving = project.start('images', 'save', 'other.tar.gz');
    await saving.until(/saving: \d+ of/);
    saving.kill('SIGINT');
    expect((await saving.ended).exitCode).toBe(130);
    expect((await readdir(project.folder)).filter((name) => name.includes('other'))).toEqual([]);
  });
});

describe('there, before anything is loaded', () => {
  it("refuses to come up with source: 'archive', before it touches anything", async () => {
    await configure('archive');
    for (const command of ['up', 'plan']) {
      const { exitCode, stderr } = await there(command);
      expect(exitCode).toBe(3);
      expect(stderr).toContain('the engine lacks 2 images: ');
      expect(stderr).toContain('fortress images load');
    }
  });

  it("says with source: 'auto' that nothing can be had, and how images come here", async () => {
    await configure('auto');
    const { exitCode, stderr } = await there('up');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('fortress images save');
  });

  it.each([
    ['cut off', async (file: string) => truncate(file, 20_000_000), /is damaged; nothing was loaded/],
    ['changed', (file: string) => overwrite(file, 10_000_000), /is damaged; nothing was loaded/],
    ['another file', (file: string) => writeFile(file, 'no tar '.repeat(1000)), /is not a bundle of images/],
  ])('loads nothing of a bundle that is %s', async (_, damage, message) => {
    const file = join(project.folder, 'damaged.tar.gz');
    await execa('cp', [bundle, file]);
    await damage(file);
    const { exitCode, stderr } = await there('images', 'load', file);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
    expect(await imagesThere()).toEqual([]);
    await rm(file);
  });
});

describe('there', () => {
  it('loads what was saved, under the same names, and says so', async () => {
    await configure('archive');
    const { images, missing } = JSON.parse(await thereOk('images', 'load', 'bundle.tar.gz', '--json')) as Listing & {
      missing: string[];
    };
    expect(missing).toEqual([]);
    const listed = (JSON.parse(await thereOk('images', '--json')) as Listing).images;
    expect(listed.map(({ reference, id }) => ({ reference, id }))).toEqual(
      images.map(({ reference, id }) => ({ reference, id })),
    );
  });

  it('comes up with nothing but the engine, and predicts', async () => {
    await thereOk('up');
    expect(await thereOk('predict', 'I love this so much')).toMatch(/^\w+\n?$/);
    expect(await thereOk('verify', '--only', 'auth,proxy')).not.toContain('✗');
    expect(await thereOk('plan')).toContain('nothing to do');
    await thereOk('down', '--volumes');
  });

  it("finds the loaded images with source: 'auto', too", async () => {
    await configure('auto');
    const { operations, images } = JSON.parse(await thereOk('plan', '--json')) as PlanDocument & { images: object };
    expect(images).toEqual({
      source: 'debian',
      reason: 'the engine already has the images that are built from Debian packages',
    });
    expect(operations.filter(({ kind }) => kind === 'image.ensure')).toEqual([]);
  });

  it('takes a bundle through a pipe, and one that docker load took', async () => {
    await removeImagesThere();
    const cli = [join(inject('packageFolder'), 'bin/fortress.js'), 'images'];
    const here = { cwd: project.folder, buffer: { stdout: false } } as const;
    await execa(process.execPath, [...cli, 'save', '-'], here).pipe(process.execPath, [...cli, 'load', '-'], {
      cwd: project.folder,
      env: { DOCKER_HOST: target.url },
    });
    expect(await imagesThere()).toHaveLength(2);
    await removeImagesThere();
    await execa('docker', ['--host', target.url, 'load', '--input', bundle]);
    await configure('archive');
    expect(await thereOk('plan', '--no-diff')).toContain('create');
  });
});

async function overwrite(path: string, position: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write('changed', position);
  await file.close();
}

const removeImagesThere = async (): Promise<unknown> =>
  execa('docker', ['--host', target.url, 'rmi', '--force', ...(await imagesThere())]);
