import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { exportBuilds } from '../../../src/export/builds.js';
import type { ExportedBuild, ExportedFile } from '../../../src/export/exported.js';
import type { BackendBuild } from '../../../src/images/backend.js';
import { readContext } from '../../../src/images/backend/context.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fortress-builds-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
});

const buildOf = (api: string, dockerfile = 'Dockerfile', from = folder): BackendBuild => ({
  api,
  kind: 'build',
  reference: 'r',
  context: readContext(from, { key: `apis.${api}.build`, dockerfile, never: [] }),
  dockerfile,
  args: { LEVEL: '3' },
  bases: [],
});

const exported = (): ExportedBuild | undefined => exportBuilds([buildOf('v1')])['api-v1'];

/** Contexts of v1 and v2, each with a Dockerfile of its own in the one folder. */
function contextsOf(files: Record<string, string>): (ExportedFile[] | undefined)[] {
  const all = { 'v1/Dockerfile': 'FROM one\n', 'v2/Dockerfile': 'FROM two\n', 'app.py': 'THE APP', ...files };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const builds = exportBuilds([buildOf('v1', 'v1/Dockerfile'), buildOf('v2', 'v2/Dockerfile')]);
  return [builds['api-v1']?.context, builds['api-v2']?.context];
}

const pathsOf = (files?: ExportedFile[]): string[] | undefined => files?.map(({ path }) => path);

const DOCKERFILE = { path: 'Dockerfile', content: Buffer.from('FROM scratch\n') };

test('a context comes as the engine gets it', () => {
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/run.sh'), 'true', { mode: 0o755 });
  expect(exported()).toEqual({
    context: [DOCKERFILE, { path: 'bin/run.sh', content: Buffer.from('true'), mode: 0o755 }],
    dockerfile: 'Dockerfile',
    args: { LEVEL: '3' },
  });
});

test('links stay links, wherever they lead', () => {
  symlinkSync('/etc/hostname', join(folder, 'elsewhere'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('/etc', join(folder, 'folder'));
  expect(exported()?.context).toEqual([
    DOCKERFILE,
    { path: 'dangling', content: '', link: 'nowhere' },
    { path: 'elsewhere', content: '', link: '/etc/hostname' },
    { path: 'folder', content: '', link: '/etc' },
  ]);
});

test('a configuration, which may hold passwords, stays out', () => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'fortress.config.ts'), 'export default {}');
  writeFileSync(join(folder, 'sub/fortress.config.json'), '{}');
  expect(exported()?.context).toEqual([DOCKERFILE]);
});

describe('a folder that several APIs are built from', () => {
  test('is one context for all of them', () => {
    const [v1, v2] = contextsOf({});
    expect(v2).toBe(v1);
    expect(pathsOf(v1)).toEqual(['Dockerfile', 'app.py', 'v1/Dockerfile', 'v2/Dockerfile']);
  });

  test('also where each has the other Dockerfiles ignored', () => {
    const [v1, v2] = contextsOf({ '.dockerignore': '**/Dockerfile\n' });
    expect(v2).toBe(v1);
    expect(pathsOf(v1)).toEqual(['.dockerignore', 'app.py', 'v1/Dockerfile', 'v2/Dockerfile']);
  });

  test('also where a link leads to it', () => {
    symlinkSync(folder, `${folder}-link`);
    onTestFinished(() => rmSync(`${folder}-link`));
    const builds = exportBuilds([buildOf('v1'), buildOf('v2', 'Dockerfile', `${folder}-link`)]);
    expect(builds['api-v2']?.context).toBe(builds['api-v1']?.context);
  });

  test('is not where they are given different files of it', () => {
    const [v1, v2] = contextsOf({ 'v1/Dockerfile.dockerignore': 'v2\nDockerfile\n' });
    expect(pathsOf(v1)).toEqual(['app.py', 'v1/Dockerfile', 'v1/Dockerfile.dockerignore']);
    expect(pathsOf(v2)).toEqual([
      'Dockerfile',
      'app.py',
      'v1/Dockerfile',
      'v1/Dockerfile.dockerignore',
      'v2/Dockerfile',
    ]);
  });
});

test('two folders are two contexts, even where the same is in them', () => {
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  writeFileSync(join(copy, 'Dockerfile'), 'FROM scratch\n');
  rmSync(join(folder, 'Dockerfile'));
  cpSync(copy, `${folder}-2`, { recursive: true });
  onTestFinished(() => rmSync(`${folder}-2`, { recursive: true }));
  const builds = exportBuilds([buildOf('v1', 'Dockerfile', copy), buildOf('v2', 'Dockerfile', `${folder}-2`)]);
  expect(builds['api-v2']?.context).toEqual(builds['api-v1']?.context);
  expect(builds['api-v2']?.context).not.toBe(builds['api-v1']?.context);
});
