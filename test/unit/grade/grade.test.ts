import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { grade, type GradeOptions } from '../../../src/grade/grade.js';
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
  const report = await grade({
    source,
    flags: {},
    profile: {},
    onlyFiles: false,
    keep: false,
    timeout: 1,
    signal: AbortSignal.timeout(20_000),
    reporter: {
      onRunStart: ({ https }, checks) => seen.push(https, ...checks.map(({ id }) => id)),
      onCheckEnd: ({ id }) => seen.push(`${id} done`),
    },
    note: (line) => seen.push(line),
    ...options,
  });
  const verdicts = Object.fromEntries(report.results.map(({ id, verdict }) => [id, verdict]));
  return { report, verdicts, seen, left: await readdir(join(folder, 'tmp')) };
}

it('only looks at the files when it is asked to', async () => {
  const { report, verdicts, seen, left } = await gradeFiles(GOOD, { onlyFiles: true });
  expect(report).toMatchObject({
    tool: 'fortress grade',
    submission: join(folder, 'exam.tar.gz'),
    exitCode: 0,
    target: null,
  });
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

/** A compose of our own on the PATH: it answers its version, does as it is told for the rest. */
async function installCompose(script: string): Promise<void> {
  await mkdir(join(folder, 'nowhere'));
  const text = `#!/bin/sh\ncase "$*" in version*) echo 2.30.0;; ${script} esac\n`;
  await writeFile(join(folder, 'nowhere/docker-compose'), text, { mode: 0o755 });
}

it('grades the files when the engine cannot be reached, and says so in its words', async () => {
  await installCompose('');
  vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock');
  const { report, verdicts, left } = await gradeFiles(GOOD);
  expect(verdicts).toMatchObject({ 'files.present': 'pass', 'start.runs': 'skip' });
  expect(report.results.at(-1)?.summary).toContain('/nowhere/docker.sock');
  expect([report.exitCode, left]).toEqual([0, []]);
});

/** What was said, until the second Ctrl-C would come and after it. */
async function interrupt(down: string): Promise<{ first: string; later: string; left: string[] }> {
  const compose = '{"services":{"a":{"image":"x:1"}}}';
  await installCompose(`*config*) echo '${compose}';; *build*) exec /bin/sleep 20;; *down*) ${down};;`);
  const controller = new AbortController();
  const notes: string[] = [];
  let first = '';
  const grading = gradeFiles(GOOD, {
    signal: controller.signal,
    note: (line) => {
      notes.push(line);
      if (!line.startsWith('building')) return;
      controller.abort(new DOMException('interrupted', 'AbortError'));
      first = notes.slice(1).join('\n');
    },
  });
  await expect(grading).rejects.toThrow('interrupted');
  return { first, later: notes.slice(1).join('\n'), left: await readdir(join(folder, 'tmp')) };
}

describe('a Ctrl-C while it builds', () => {
  let engine: Server;
  beforeEach(async () => {
    const version = { ApiVersion: '1.47', Version: '27.0.0', Os: 'linux', Arch: 'amd64' };
    engine = createServer((_request, response) => response.end(JSON.stringify(version))).listen(0, '127.0.0.1');
    await new Promise((resolve) => engine.once('listening', resolve));
    vi.stubEnv('DOCKER_HOST', `tcp://127.0.0.1:${(engine.address() as AddressInfo).port}`);
  });
  afterEach(() => {
    engine.close();
  });

  it('says at once what is removed, and how to do that by hand', async () => {
    const { first, later, left } = await interrupt('exit 0');
    expect(first).toMatch(/fortress-grade-[0-9a-f]{6} and \S+\/fortress-grade-\S+ are removed now/);
    expect(first).toMatch(
      /docker-compose --file \S+ .*--project-name fortress-grade-\S+ down --volumes .* && rm -r \S+$/,
    );
    expect(later).toContain('removing fortress-grade-');
    expect(left).toEqual([]);
  });

  it('leaves the files where containers may still be using them', async () => {
    const { later, left } = await interrupt('echo no such luck; exit 1');
    expect(later).toMatch(/it could not be removed: no such luck\nremove it: docker-compose .* down .* && rm -r/);
    expect(left).toHaveLength(1);
  });
});

it('leaves nothing behind when it cannot go on', async () => {
  await expect(gradeFiles({ 'README.md': 'x' })).rejects.toMatchObject({ exitCode: 2 });
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});
