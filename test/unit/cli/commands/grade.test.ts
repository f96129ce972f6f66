import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../../../src/cli/commands/grade.js';

let folder: string;
let printed: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-grade-command-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  await writeFile(join(folder, 'docker-compose.yml'), 'services: { a: { image: nginx } }');
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const signal = AbortSignal.timeout(20_000);

it('prints one JSON document that says what it is', async () => {
  const exitCode = await run({ args: [folder], options: { static: true, json: true }, signal });
  const document = JSON.parse(printed) as { tool: string; submission: string; exitCode: number; score: object };
  expect(document).toMatchObject({ tool: 'fortress grade', submission: folder, exitCode });
  expect(document.score).toMatchObject({ objectives: [{ objective: 0, title: 'Deliverables' }] });
  expect(exitCode).toBe(1);
});

it('prints for people, and writes the reports', async () => {
  const file = join(folder, 'report.json');
  await run({ args: [folder], options: { static: true, report: [`json=${file}`] }, signal });
  expect(printed).toContain('files.present');
  expect(printed).toContain('Deliverables');
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ tool: 'fortress grade' });
});

it('writes every format when nothing ran, in the words of grade', async () => {
  const report = ['html', 'junit', 'tap'].map((format) => `${format}=${join(folder, format)}`);
  await run({ args: [folder], options: { static: true, report }, signal });
  const [html = '', junit = '', tap] = await Promise.all(
    ['html', 'junit', 'tap'].map((format) => readFile(join(folder, format), 'utf8')),
  );
  for (const text of [html, junit, tap]) {
    expect(text).toMatch(/fortress.grade/);
    expect(text).not.toMatch(/fortress.verify/);
    expect(text).toContain(basename(folder));
  }
  expect(html).toContain(`<code>fortress grade &#39;${folder}&#39;</code>`);
  expect(html).not.toContain('openssl');
});

it('prints nothing but the error when a report cannot be written', async () => {
  // It can be written to when that is looked at, and is full when it is written.
  const options = { static: true, json: true, report: ['tap=/dev/full'] };
  await expect(run({ args: [folder], options, signal })).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
  expect(printed).toBe('');
});

it('announces itself on GitHub', async () => {
  vi.stubEnv('GITHUB_ACTIONS', 'true');
  vi.stubEnv('GITHUB_STEP_SUMMARY', join(folder, 'summary.md'));
  await run({ args: [folder], options: { static: true }, signal });
  expect(printed).toContain('::error title=Deliverables%3A files.present fail');
  expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain('## fortress grade: ');
});

/** Grades with a profile. */
async function gradeWith(profile: object): Promise<number> {
  const file = join(folder, 'profile.json');
  await writeFile(file, JSON.stringify(profile));
  return run({ args: [folder], options: { static: true, profile: file }, signal });
}

describe('a profile', () => {
  it("says what the flags don't, its password perhaps in the environment", async () => {
    const profile = { user: 'alice', requestField: 'text', replicas: 2 };
    await expect(gradeWith(profile)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('alice') as string,
    });
    vi.stubEnv('FORTRESS_PASSWORD', 'secret');
    expect(await gradeWith(profile)).toBe(1);
  });

  it.each([{ replicas: 'many' }, { ca: 'nowhere.crt' }, { grafana: { user: 'bob' } }])(
    'is refused: %j',
    async (profile) => {
      await expect(gradeWith(profile)).rejects.toMatchObject({ exitCode: 2 });
    },
  );
});

it.each([
  [[], {}],
  [['nowhere'], {}],
  [['.'], { report: ['pdf=x'] }],
  [['.'], { timeout: 'soon' }],
  [['.'], { rate: 'fast' }],
  [['.'], { url: 'http://localhost' }],
  [['.'], { user: 'alice' }],
  [['.'], { ca: 'nowhere.crt' }],
])('refuses %j %j', async (args, options) => {
  await expect(run({ args, options: { static: true, ...options }, signal })).rejects.toMatchObject({ exitCode: 2 });
});
