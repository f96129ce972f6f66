import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BENCH_FORMATS } from '../../../src/report/bench-formats.js';
import { parseReportOption, prepareReports, writeReports } from '../../../src/report/report-files.js';
import { VERIFY_FORMATS } from '../../../src/report/verify-formats.js';
import { EVERY_VERDICT, verifyReport } from './support/sample-report.js';

const report = verifyReport(EVERY_VERDICT);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-reports-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('parseReportOption', () => {
  it('reads several, relative to the working folder; a file name may hold anything', () => {
    expect(parseReportOption(['junit=out/a=b.xml', 'html=/tmp/x.html'], VERIFY_FORMATS)).toEqual([
      { format: 'junit', path: resolve('out/a=b.xml') },
      { format: 'html', path: '/tmp/x.html' },
    ]);
  });

  it.each([
    ['xml=a.xml', '--report xml=a.xml: there is no format "xml"'],
    ['constructor=a', '--report constructor=a: there is no format "constructor"'],
    ['verify.xml', '--report verify.xml: there is no format "verify.xml"'],
    ['junit', '--report junit: into which file?'],
    ['junit=', '--report junit=: into which file?'],
  ])('refuses %s', (text, message) => {
    expect(() => parseReportOption([text], VERIFY_FORMATS)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });

  it('says which formats there are: those of the command that was called', () => {
    expect(() => parseReportOption(['junit=a.xml'], BENCH_FORMATS)).toThrow(
      expect.objectContaining({
        message: '--report junit=a.xml: there is no format "junit"',
        hint: '--report takes json, html and a file, e.g. --report html=report.html; repeat it for more.',
        exitCode: 2,
      }),
    );
  });

  it('refuses two reports in one file', () => {
    expect(() => parseReportOption(['tap=a', 'html=./a'], VERIFY_FORMATS)).toThrow(
      /two reports would be written to .*\/a$/,
    );
  });
});

describe('prepareReports', () => {
  it('makes the folders that are missing', async () => {
    await prepareReports([{ format: 'tap', path: join(folder, 'deep/er/a.tap') }]);
    expect((await stat(join(folder, 'deep/er'))).isDirectory()).toBe(true);
  });

  it('gives up on a folder that nobody can make', async () => {
    const files = [{ format: 'tap' as const, path: '/proc/nowhere/at/all/a.tap' }];
    await expect(prepareReports(files)).rejects.toMatchObject({ exitCode: 2 });
  });

  it('refuses what cannot be written, before anything is asked', async () => {
    await mkdir(join(folder, 'taken'));
    await writeFile(join(folder, 'plain'), '');
    const refused = (path: string): Promise<void> => prepareReports([{ format: 'tap', path: join(folder, path) }]);
    await expect(refused('taken')).rejects.toMatchObject({ exitCode: 2, why: 'it is a folder' });
    await expect(refused('plain/a.tap')).rejects.toMatchObject({
      exitCode: 2,
      message: `--report tap: ${join(folder, 'plain/a.tap')} cannot be written`,
      hint: 'Choose a file in a folder that you may write to.',
    });
  });
});

const write = async (...names: string[]): Promise<string[]> => {
  await writeReports(
    names.map((name) => ({ format: name.split('.').at(-1) as 'tap', path: join(folder, name) })),
    VERIFY_FORMATS,
    report,
  );
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
};

describe('writeReports', () => {
  it('writes each format into its file, readable by all', async () => {
    const [json = '', junit, tap, html] = await write('a.json', 'a.junit', 'a.tap', 'a.html');
    expect(JSON.parse(json)).toMatchObject({ version: 1, score: { points: 4, of: 11, percent: null } });
    expect(junit).toMatch(/^<\?xml/);
    expect(tap).toMatch(/^TAP version 14\n/);
    expect(html).toMatch(/^<!doctype html>/);
    expect(((await stat(join(folder, 'a.html'))).mode & 0o777).toString(8)).toBe('644');
  });

  it('replaces an old report, also behind a link, and leaves nothing else behind', async () => {
    const place = join(folder, 'linked');
    await mkdir(place);
    await writeFile(join(place, 'real.tap'), 'old');
    await symlink('real.tap', join(place, 'link.tap'));
    expect(await write('linked/link.tap')).toEqual([expect.stringMatching(/^TAP/)]);
    expect(await readFile(join(place, 'real.tap'), 'utf8')).toMatch(/^TAP/);
    expect(await readdir(place)).toEqual(['link.tap', 'real.tap']);
  });

  it('writes to a pipe instead of replacing it', async () => {
    const pipe = join(folder, 'pipe.tap');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const [read] = await Promise.all([
      readFile(pipe, 'utf8'),
      writeReports([{ format: 'tap', path: pipe }], VERIFY_FORMATS, report),
    ]);
    expect(read).toMatch(/^TAP/);
    expect((await stat(pipe)).isFIFO()).toBe(true);
  });

  it('says which report could not be written', async () => {
    const path = join(folder, 'gone/a.tap');
    await expect(writeReports([{ format: 'tap', path }], VERIFY_FORMATS, report)).rejects.toMatchObject({
      code: 'REPORT_NOT_WRITTEN',
      exitCode: 1,
      message: `the tap report could not be written to ${path}`,
    });
  });
});
