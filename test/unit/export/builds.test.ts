import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { exportBuilds } from '../../../src/export/builds.js';
import type { ExportedBuild } from '../../../src/export/exported.js';
import { readContext } from '../../../src/images/backend/context.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fortress-builds-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
});

const exported = (): ExportedBuild | undefined => {
  const context = readContext(folder, { key: 'apis.v1.build', dockerfile: 'Dockerfile', never: [] });
  const args = { LEVEL: '3' };
  const build = {
    api: 'v1',
    kind: 'build' as const,
    reference: 'r',
    context,
    dockerfile: 'Dockerfile',
    args,
    bases: [],
  };
  return exportBuilds([build])['api-v1'];
};

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
