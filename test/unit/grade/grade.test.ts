import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { grade, type GradeOptions } from '../../../src/grade/grade.js';
import type { VerifyReport } from '../../../src/verify/run-checks.js';
import { tgz } from './intake/archives.js';
import { GOOD } from './submission.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-grading-'));
  // What is unpacked goes here, so that what is left can be seen; and there is no compose.
  await mkdir(join(folder, 'tmp'));
  vi.stubEnv('TMPDIR', join(folder, 'tmp'));
  vi.stubEnv('PATH', join(folder, 'nowhere'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function gradeFiles(files: Record<string, string>, options: Partial<GradeOptions> = {}) {
  const source = join(folder, 'exam.tar.gz');
  await writeFile(source, await tgz(Object.entries(files).map(([name, data]) => ({ name: `exam/${name}`, data }))));
  const seen: string[] = [];
  let ended: VerifyReport | null = null;
  const report = await grade({
    source,
    flags: {},
    onlyFiles: false,
    keep: false,
    timeout: 1,
    signal: AbortSignal.timeout(20_000),
    reporter: {
      onRunStart: ({ https }, checks) => seen.push(https, ...checks.map(({ id }) => id)),
      onCheckEnd: ({ id }) => seen.push(`${id} done`),
      onRunEnd: (whole) => (ended = whole),
    },
    note: (line) => seen.push(line),
    ...options,
  });
  expect(ended).toBe(report);
  const verdicts = Object.fromEntries(report.results.map(({ id, verdict }) => [id, verdict]));
  return { report, verdicts, seen, left: await readdir(join(folder, 'tmp')) };
}

it('only looks at the files when it is asked to', async () => {
  const { report, verdicts, seen, left } = await gradeFiles(GOOD, { onlyFiles: true });
  expect(report).toMatchObject({ tool: 'fortress grade', submission: join(folder, 'exam.tar.gz'), exitCode: 0 });
  expect(verdicts).toMatchObject({ 'files.present': 'pass', 'compose.inside': 'pass', 'start.runs': 'skip' });
  expect(report.results.at(-1)?.summary).toBe('only its files were looked at');
  expect(seen[0]).toBe('exam.tar.gz');
  expect(seen.filter((line) => line.endsWith(' done'))).toHaveLength(report.results.length);
  expect(left).toEqual([]);
});

it('says how to get compose where there is none', async () => {
  const { report, verdicts } = await gradeFiles(GOOD);
  expect(verdicts['start.runs']).toBe('skip');
  expect(report.results.find(({ id }) => id === 'start.runs')?.summary).toContain('apt-get install');
  expect(report.exitCode).toBe(0);
});

it('starts nothing that reaches the host', async () => {
  const files = { ...GOOD, 'docker-compose.yml': 'services: { a: { image: "x:1", pid: host } }' };
  const { report, verdicts, left } = await gradeFiles(files);
  expect(verdicts).toMatchObject({ 'compose.inside': 'fail', 'start.runs': 'skip' });
  expect(report.results.find(({ id }) => id === 'start.runs')?.summary).toContain('compose.inside');
  expect([report.exitCode, left]).toEqual([1, []]);
});

it('leaves nothing behind when it cannot go on', async () => {
  await expect(gradeFiles({ 'README.md': 'x' })).rejects.toMatchObject({ exitCode: 2 });
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});
