import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
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
