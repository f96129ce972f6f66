import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS, type Limits } from '../../../../src/grade/intake/limits.js';
import { openSubmission, type Submission } from '../../../../src/grade/intake/open-submission.js';
import { tar, tgz, zip, type TarEntry, type ZipEntry } from './archives.js';

let folder: string;
let opened: Submission[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-intake-'));
});

afterEach(async () => {
  await Promise.all(opened.map((submission) => submission.remove()));
  opened = [];
  await rm(folder, { recursive: true, force: true });
});

async function open(source: string, limits: Partial<Limits> = {}): Promise<Submission> {
  const submission = await openSubmission(source, {
    signal: AbortSignal.timeout(30_000),
    limits: { ...LIMITS, ...limits },
  });
  opened.push(submission);
  return submission;
}

async function openBytes(name: string, bytes: Buffer, limits?: Partial<Limits>): Promise<Submission> {
  const file = join(folder, name);
  await writeFile(file, bytes);
  return open(file, limits);
}

const openTar = async (entries: TarEntry[], limits?: Partial<Limits>): Promise<Submission> =>
  openBytes('exam.tar.gz', await tgz(entries), limits);
const openZip = async (entries: ZipEntry[], limits?: Partial<Limits>): Promise<Submission> =>
  openBytes('exam.zip', zip(entries), limits);

const read = ({ root }: Submission, name: string): Promise<string> => readFile(join(root, name), 'utf8');

/** What is refused, and why; exit code 2. */
const refused = (what: RegExp, why: RegExp) => ({
  code: 'SUBMISSION_REFUSED',
  exitCode: 2,
  message: expect.stringMatching(what) as string,
  why: expect.stringMatching(why) as string,
});

const LINK = 0o120_777;
/** The bit of a zip entry whose name is UTF-8. */
const UTF8 = 0x800;

describe('what is unpacked', () => {
  const ENTRIES = [
    { name: 'exam/', type: 'directory' as const },
    { name: 'exam/run.sh', data: '#!/bin/sh\n', mode: 0o6755 },
    { name: './exam/docs/a.txt', data: 'a' },
  ];

  it.each([
    ['exam.tar.gz', () => tgz(ENTRIES)],
    ['exam.tgz', () => tgz(ENTRIES)],
    ['exam.tar', () => tar(ENTRIES)],
    [
      'exam.zip',
      async () =>
        zip([
          { name: 'exam/' },
          { name: 'exam/run.sh', data: '#!/bin/sh\n', mode: 0o106_755 },
          { name: 'exam/docs/a.txt', data: 'a' },
        ]),
    ],
  ])('takes %s', async (name, bytes) => {
    const submission = await openBytes(name, await bytes());
    expect(await read(submission, 'exam/docs/a.txt')).toBe('a');
    expect((await lstat(join(submission.root, 'exam/run.sh'))).mode & 0o7777).toBe(0o755);
  });

  it('tells archives apart by content, not by name', async () => {
    expect(await read(await openBytes('exam.zip', await tgz([{ name: 'a', data: '1' }])), 'a')).toBe('1');
  });

  it('copies a folder without what is not handed in', async () => {
    const source = join(folder, 'exam');
    await mkdir(join(source, 'node_modules/x'), { recursive: true });
    await writeFile(join(source, 'a.txt'), 'a');
    const submission = await open(source);
    await writeFile(join(submission.root, 'a.txt'), 'changed');
    expect(await readFile(join(source, 'a.txt'), 'utf8')).toBe('a');
    expect(await readdir(submission.root)).toEqual(['a.txt']);
  });

  it('makes links that stay inside', async () => {
    const submission = await openTar([
      { name: 'current', type: 'symlink', linkname: 'v1/model' },
      { name: 'v1/model', data: 'm' },
      { name: 'v2/up', type: 'symlink', linkname: '../v1/model' },
      { name: 'v2/same', type: 'link', linkname: 'v1/model' },
    ]);
    expect(await readlink(join(submission.root, 'current'))).toBe('v1/model');
    expect([await read(submission, 'current'), await read(submission, 'v2/up')]).toEqual(['m', 'm']);
    expect(await read(submission, 'v2/same')).toBe('m');
  });

  it('makes links of a zip', async () => {
    const submission = await openZip([
      { name: 'a', data: '1' },
      { name: 'b', data: 'a', mode: LINK },
    ]);
    expect(await readlink(join(submission.root, 'b'))).toBe('a');
  });

  it('unpacks into a folder that others cannot enter, and removes it', async () => {
    const submission = await openTar([{ name: 'a', data: '1' }]);
    const above = join(submission.root, '..');
    expect((await lstat(above)).mode & 0o077).toBe(0);
    await submission.remove();
    await expect(lstat(above)).rejects.toThrow('ENOENT');
  });
});

describe('what is refused, by the name of the entry', () => {
  it.each([
    ['a climbing path', '../evil', /leads out/],
    ['a path that climbs in the middle', 'a/../../evil', /leads out/],
    ['an absolute path', '/etc/evil', /absolute/],
    ['a drive letter', 'C:/evil', /absolute/],
    ['a backslash', 'a\\..\\evil', /backslash/],
    ['a control character', 'evil\n', /control/],
    ['a long name', `evil${'x'.repeat(300)}`, /longer than 255/],
    ['a long path', `evil/${`${'x'.repeat(250)}/`.repeat(5)}`, /1259 bytes; at most 1024/],
    ['a deep path', `${'evil/'.repeat(40)}x`, /41 folders deep; at most 32/],
  ])('%s in a tar', async (_what, name, why) => {
    await expect(openTar([{ name, data: 'x' }])).rejects.toMatchObject(refused(/evil/, why));
  });

  it.each([
    ['a climbing path', '../evil'],
    ['an absolute path', '/etc/evil'],
    ['a backslash', 'a\\..\\evil'],
  ])('%s in a zip', async (_what, name) => {
    await expect(openZip([{ name, data: 'x' }])).rejects.toMatchObject(refused(/./, /evil/));
  });

  it.each([
    ['an absolute one', 'link', '/etc/passwd'],
    ['one that climbs out', 'a/link', '../../etc/passwd'],
    ['one that climbs after a descent', 'a/link', 'b/../../../etc'],
    ['an empty one', 'link', ''],
  ])('a link that leads out: %s', async (_what, name, target) => {
    const because = refused(/link/, /link that leads out/);
    await expect(openTar([{ name, type: 'symlink', linkname: target || undefined }])).rejects.toMatchObject(because);
    await expect(openZip([{ name, data: target, mode: LINK }])).rejects.toMatchObject(because);
    const source = join(folder, 'source');
    await mkdir(join(source, 'a'), { recursive: true });
    if (target === '') return;
    await symlink(target, join(source, name));
    await expect(open(source)).rejects.toMatchObject(because);
  });

  it('two links that lead out only together', async () => {
    await expect(
      openTar([
        { name: 'here', type: 'symlink', linkname: '.' },
        { name: 'a/b/out', type: 'symlink', linkname: '../../here/..' },
      ]),
    ).rejects.toMatchObject(refused(/a\/b\/out/, /leads out/));
  });

  it('a file that is written through a link', async () => {
    await expect(
      openTar([
        { name: 'a', type: 'symlink', linkname: 'b' },
        { name: 'a/evil', data: 'x' },
      ]),
    ).rejects.toMatchObject(refused(/a\/evil/, /beneath "a", which is a link/));
  });

  it.each([
    ['out of the submission', '../../etc/shadow'],
    ['to an absolute path', '/etc/shadow'],
    ['to what is not there', 'later'],
  ])('a hard link %s', async (_what, linkname) => {
    await expect(openTar([{ name: 'hard', type: 'link', linkname }])).rejects.toMatchObject(
      refused(/"hard"/, /no earlier file/),
    );
  });

  it.each(['character-device', 'block-device', 'fifo'] as const)('a %s', async (type) => {
    await expect(openTar([{ name: 'dev/evil', type, devmajor: 1, devminor: 3 }])).rejects.toMatchObject(
      refused(/dev\/evil/, /only files, folders and links/),
    );
  });

  it('an entry without a name', async () => {
    await expect(openZip([{ name: '', data: 'x' }])).rejects.toMatchObject(refused(/""/, /no name/));
  });

  it('a device in a zip', async () => {
    await expect(openZip([{ name: 'evil', mode: 0o020_666 }])).rejects.toMatchObject(refused(/evil/, /device/));
  });

  it.each([
    ['twice the same file', ['a', 'a'], /twice/],
    ['the same file, spelled otherwise', ['a/b', './a//b'], /twice/],
    ['composed and decomposed letters', ['caf\u00e9', 'cafe\u0301'], /twice/],
    ['a file as a folder', ['a', 'a/b'], /beneath "a", which is a file/],
  ])('names that collide: %s', async (_what, names, why) => {
    const because = refused(/./, why);
    await expect(openTar(names.map((name) => ({ name, data: 'x' })))).rejects.toMatchObject(because);
    await expect(openZip(names.map((name) => ({ name, data: 'x', flags: UTF8 })))).rejects.toMatchObject(because);
  });

  it('a folder in the place of a file', async () => {
    await expect(
      openTar([
        { name: 'a/b', data: 'x' },
        { name: 'a', data: 'y' },
      ]),
    ).rejects.toMatchObject(refused(/"a"/, /twice/));
  });

  it('an encrypted entry', async () => {
    await expect(openZip([{ name: 'secret', data: 'x', flags: 1 }])).rejects.toMatchObject(
      refused(/secret/, /encrypted/),
    );
  });

  it('entries that share their bytes', async () => {
    const entries = [
      { name: 'a', data: 'x'.repeat(100) },
      { name: 'b', data: 'x'.repeat(100), bytesOf: 0 },
    ];
    await expect(openZip(entries)).rejects.toMatchObject(refused(/"[ab]"/, /overlap/));
  });

  it('a zip entry with more in it than it claims', async () => {
    await expect(openZip([{ name: 'liar', data: 'x'.repeat(5000), claimedSize: 10 }])).rejects.toMatchObject(
      refused(/cannot be unpacked/, /liar/),
    );
  });

  it('leaves nothing behind', async () => {
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('fortress-grade-'));
    await expect(
      openTar([
        { name: 'good', data: 'x' },
        { name: '../evil', data: 'x' },
      ]),
    ).rejects.toThrow('evil');
    const after = (await readdir(tmpdir())).filter((name) => name.startsWith('fortress-grade-'));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });
});

describe('bombs', () => {
  it('too many entries', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const because = refused(/./, /3 entries/);
    await expect(
      openTar(
        names.map((name) => ({ name, data: '' })),
        { entries: 3 },
      ),
    ).rejects.toMatchObject(because);
    await expect(
      openZip(
        names.map((name) => ({ name, data: '' })),
        { entries: 3 },
      ),
    ).rejects.toMatchObject(refused(/./, /4 entries; at most 3/));
  });

  it('one file that is too large', async () => {
    const entries = [{ name: 'big', data: 'x'.repeat(1000) }];
    await expect(openTar(entries, { fileBytes: 999 })).rejects.toMatchObject(refused(/big/, /1000 bytes; at most 999/));
    await expect(openZip(entries, { fileBytes: 999 })).rejects.toMatchObject(refused(/big/, /1000 bytes; at most 999/));
  });

  it('files that are too large together', async () => {
    const entries = ['a', 'b', 'c'].map((name) => ({ name, data: 'x'.repeat(1000) }));
    await expect(openZip(entries, { bytes: 2999 })).rejects.toMatchObject(refused(/"c"/, /3000 bytes; at most 2999/));
    const source = join(folder, 'source');
    await mkdir(source);
    for (const { name, data } of entries) await writeFile(join(source, name), data);
    await expect(open(source, { bytes: 2999 })).rejects.toMatchObject(refused(/"c"/, /3000 bytes; at most 2999/));
  });

  it('a few bytes that unpack to many', async () => {
    const entries = [{ name: 'zeros', data: Buffer.alloc(1_000_000) }];
    const limits = { ratioFrom: 10_000, ratio: 50 };
    await expect(openTar(entries, limits)).rejects.toMatchObject(refused(/zeros|submission/, /a bomb/));
    await expect(openZip(entries, limits)).rejects.toMatchObject(refused(/zeros/, /a bomb/));
    expect(await readdir((await openZip(entries, { ratioFrom: 2_000_000, ratio: 50 })).root)).toEqual(['zeros']);
  });
});

describe('what is no archive', () => {
  it('a broken gzip', async () => {
    const whole = await tgz([{ name: 'a', data: Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * n) % 251)) }]);
    await expect(openBytes('cut.tar.gz', whole.subarray(0, whole.length / 2))).rejects.toMatchObject(
      refused(/cut\.tar\.gz cannot be unpacked/, /./),
    );
  });

  it('a gzip of something else', async () => {
    const { gzipSync } = await import('node:zlib');
    await expect(openBytes('other.tgz', gzipSync(Buffer.alloc(2000, 'x')))).rejects.toMatchObject(
      refused(/other\.tgz cannot be unpacked/, /header/),
    );
  });

  it('a cut zip', async () => {
    const whole = zip([{ name: 'a', data: 'x' }]);
    await expect(openBytes('cut.zip', whole.subarray(0, whole.length - 10))).rejects.toMatchObject(
      refused(/cut\.zip cannot be unpacked/, /./),
    );
  });

  it('any other file, and none', async () => {
    await expect(openBytes('exam.rar', Buffer.from('Rar!'))).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 });
    await expect(open(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 });
  });
});

/** As somebody who is not root, whom nothing stops. */
async function asAnybody<T>(use: () => Promise<T>): Promise<T> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await use();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('a folder with what cannot be read', () => {
  it.each([
    ['a file', 'data/grafana.db', 0o000, 'data/grafana.db'],
    ['a folder', 'data', 0o000, 'data'],
    ['a folder that can only be listed', 'data', 0o444, 'data/grafana.db'],
  ])('%s', async (_what, closed, mode, named) => {
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data/grafana.db'), 'x');
    await chmod(folder, 0o755);
    await chmod(join(folder, closed), mode);
    const problem = await asAnybody(() => open(folder).catch((error: unknown) => error));
    await chmod(join(folder, closed), 0o755);
    expect(problem).toMatchObject({
      code: 'SUBMISSION_REFUSED',
      exitCode: 2,
      message: `the submission was refused because of "${named}"`,
      why: expect.stringMatching(/^it cannot be read: EACCES/) as string,
      hint: expect.stringContaining('chown') as string,
    });
  });

  it('the folder itself', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o000 });
    await chmod(folder, 0o755);
    const problem = await asAnybody(() => open(closed).catch((error: unknown) => error));
    expect(problem).toMatchObject({ exitCode: 2, why: expect.stringContaining('EACCES') as string });
  });
});

it('stops when it is asked to', async () => {
  const file = join(folder, 'exam.tar.gz');
  await writeFile(file, await tgz([{ name: 'a', data: 'x' }]));
  const controller = new AbortController();
  controller.abort(new DOMException('interrupted', 'AbortError'));
  await expect(openSubmission(file, { signal: controller.signal })).rejects.toThrow('interrupted');
});
