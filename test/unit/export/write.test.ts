import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { formatNamed, writeArchive } from '../../../src/export/archive.js';
import type { Exported } from '../../../src/export/exported.js';
import { writeTree } from '../../../src/export/write-tree.js';

const EXPORTED: Exported = {
  files: [
    { path: 'compose.yaml', content: 'name: shop\n' },
    { path: 'run.sh', content: '#!/bin/sh\n', mode: 0o755 },
    { path: 'secret/model.onnx', content: Buffer.from([0, 255, 10]) },
  ],
  folders: { secret: 0o700 },
  left: [],
  next: [],
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fortress-export-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
});

const modeOf = (path: string): number => statSync(join(root, path)).mode & 0o777;

/** What of a tree is not as it was exported. */
function differences(folder: string): string[] {
  const modes = [modeOf(`${folder}/compose.yaml`), modeOf(`${folder}/run.sh`), modeOf(`${folder}/secret`)];
  return [
    ...EXPORTED.files.flatMap(({ path, content }) =>
      readFileSync(join(root, folder, path)).equals(Buffer.from(content)) ? [] : [path],
    ),
    ...(modes.join() === [0o644, 0o755, 0o700].join() ? [] : [`modes ${modes.join()}`]),
  ];
}

it('writes a tree into a folder that is made', async () => {
  await writeTree(join(root, 'a/b'), EXPORTED, false);
  expect(differences('a/b')).toEqual([]);
});

it('writes over nothing unless it is told to', async () => {
  writeFileSync(join(root, 'mine.txt'), 'mine');
  await expect(writeTree(root, EXPORTED, false)).rejects.toMatchObject({
    message: `${root} is not empty: it holds mine.txt`,
    exitCode: 2,
  });
  writeFileSync(join(root, 'run.sh'), 'old');
  await writeTree(root, EXPORTED, true);
  expect(differences('.')).toEqual([]);
  expect(readFileSync(join(root, 'mine.txt'), 'utf8')).toBe('mine');
});

it('says so when the folder is a file', async () => {
  writeFileSync(join(root, 'file'), '');
  await expect(writeTree(join(root, 'file'), EXPORTED, true)).rejects.toMatchObject({ exitCode: 2 });
});

it('packs the same tree into a tarball', async () => {
  const archive = join(root, 'exam.tar.gz');
  await writeArchive(archive, EXPORTED);
  mkdirSync(join(root, 'unpacked'));
  execFileSync('tar', ['-C', join(root, 'unpacked'), '-xzf', archive]);
  expect(differences('unpacked')).toEqual([]);
});

it('packs the same tree into a zip', async () => {
  const archive = join(root, 'exam.zip');
  await writeArchive(archive, EXPORTED);
  expect(await entriesOf(archive)).toEqual([
    { name: 'secret/', mode: 0o700, content: Buffer.alloc(0) },
    { name: 'compose.yaml', mode: 0o644, content: Buffer.from('name: shop\n') },
    { name: 'run.sh', mode: 0o755, content: Buffer.from('#!/bin/sh\n') },
    { name: 'secret/model.onnx', mode: 0o644, content: Buffer.from([0, 255, 10]) },
  ]);
});

async function entriesOf(archive: string): Promise<{ name: string; mode: number; content: Buffer }[]> {
  const entries: { name: string; mode: number; content: Buffer }[] = [];
  const zip = await openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const content = entry.fileName.endsWith('/')
      ? Buffer.alloc(0)
      : await buffer(await zip.openReadStreamPromise(entry));
    entries.push({ name: entry.fileName, mode: (entry.externalFileAttributes >>> 16) & 0o777, content });
  }
  return entries;
}

it('packs the same bytes each time', async () => {
  const archives = ['a.zip', 'b.zip', 'a.tgz', 'b.tgz'].map((name) => join(root, name));
  for (const archive of archives) await writeArchive(archive, EXPORTED);
  const [a, b, c, d] = archives.map((archive) => readFileSync(archive));
  expect(a).toEqual(b);
  expect(c).toEqual(d);
});

it('knows what an archive is by its ending', () => {
  expect(() => formatNamed('exam.rar')).toThrow('--archive: found "exam.rar"; expected a name that ends in .zip');
});

it('leaves nothing behind when it cannot be written', async () => {
  await expect(writeArchive(join(root, 'missing/exam.zip'), EXPORTED)).rejects.toMatchObject({ exitCode: 1 });
});

it('lets nobody else read an archive: it holds keys', async () => {
  for (const name of ['a.zip', 'a.tgz']) {
    await writeArchive(join(root, name), EXPORTED);
    expect(modeOf(name)).toBe(0o600);
  }
});

it('packs the same bytes in every time zone', async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  const packed: Buffer[][] = [];
  for (const zone of ['Asia/Tokyo', 'America/Lima']) {
    vi.stubEnv('TZ', zone);
    for (const name of ['a.zip', 'a.tgz']) await writeArchive(join(root, name), EXPORTED);
    packed.push(['a.zip', 'a.tgz'].map((name) => readFileSync(join(root, name))));
  }
  expect(packed[0]).toEqual(packed[1]);
});

describe('links', () => {
  const linked: Exported = { ...EXPORTED, files: [{ path: 'lib/latest', content: '', link: '../nowhere' }] };

  it('are written as they are, over what was there', async () => {
    await writeTree(root, linked, true);
    await writeTree(root, linked, true);
    expect(readlinkSync(join(root, 'lib/latest'))).toBe('../nowhere');
  });

  it('are packed as they are', async () => {
    await writeArchive(join(root, 'a.tgz'), linked);
    mkdirSync(join(root, 'unpacked'));
    execFileSync('tar', ['-C', join(root, 'unpacked'), '-xzf', join(root, 'a.tgz')]);
    expect(readlinkSync(join(root, 'unpacked/lib/latest'))).toBe('../nowhere');
    await writeArchive(join(root, 'a.zip'), linked);
    const zip = await openPromise(join(root, 'a.zip'));
    const types: number[] = [];
    for await (const { externalFileAttributes } of zip.eachEntry()) types.push(externalFileAttributes >>> 16);
    expect(types).toEqual([0o040700, 0o120777]);
    expect((await entriesOf(join(root, 'a.zip')))[1]?.content.toString()).toBe('../nowhere');
  });

  it('that are there already are not written through', async () => {
    const outside = join(root, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'mine'), 'mine');
    mkdirSync(join(root, 'out'));
    symlinkSync(join(outside, 'mine'), join(root, 'out/run.sh'));
    symlinkSync(join(outside, 'new'), join(root, 'out/compose.yaml'));
    await writeTree(join(root, 'out'), EXPORTED, true);
    expect(differences('out')).toEqual([]);
    rmSync(join(root, 'out/secret'), { recursive: true });
    symlinkSync(outside, join(root, 'out/secret'));
    await expect(writeTree(join(root, 'out'), EXPORTED, true)).rejects.toMatchObject({
      why: `${join(root, 'out/secret')} is a symbolic link`,
      exitCode: 1,
    });
    expect(readdirSync(outside)).toEqual(['mine']);
    expect(readFileSync(join(outside, 'mine'), 'utf8')).toBe('mine');
  });
});

it('leaves a file that others have open to them as it was', async () => {
  writeFileSync(join(root, 'run.sh'), 'old');
  const descriptor = openSync(join(root, 'run.sh'), 'r');
  onTestFinished(() => closeSync(descriptor));
  await writeTree(root, EXPORTED, true);
  expect(readFileSync(descriptor, 'utf8')).toBe('old');
  expect(readdirSync(root).toSorted()).toEqual(['compose.yaml', 'run.sh', 'secret']);
});
