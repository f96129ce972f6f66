import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { runCli, succeeded, type Outcome } from '../support/cli.js';
import { folderState } from '../support/folder-state.js';

const FILES = [
  '.gitignore',
  'fortress.config.ts',
  'model/README.md',
  'model/confusion.svg',
  'model/model.json',
  'model/model.onnx',
  'model/self-contained.onnx',
  'tsconfig.json',
];

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), `${inject('runPrefix')}-init-`));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const fortress = (...args: string[]): Promise<Outcome> => runCli(args, { cwd: folder });
const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');

async function projectFiles(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return files
    .map((file) => file.slice(folder.length + 1))
    .filter((file) => !file.startsWith('.fortress/'))
    .toSorted();
}

describe('fortress init', () => {
  it('makes a project that is valid as it is, and asks nothing', async () => {
    const { stdout } = succeeded(await fortress('init'));
    expect(stdout).toContain('fortress up');
    expect(await projectFiles()).toEqual(FILES);
    const config = await fortress('config');
    expect(JSON.parse(config.stdout)).toMatchObject({
      preset: 'default',
      gateway: { httpPort: 80, httpsPort: 443, users: [{ name: 'admin', password: null }] },
      apis: [
        { name: 'v1', replicas: 3, debug: false },
        { name: 'v2', replicas: 1, debug: true },
      ],
    });
  });

  it('makes the Python of the APIs, too, where that is wanted', async () => {
    succeeded(await fortress('init', '--backend', 'fastapi'));
    expect(await projectFiles()).toEqual(
      expect.arrayContaining([...FILES, 'src/api/requirements.txt', 'src/api/v1/Dockerfile', 'src/api/v2/main.py']),
    );
    const config = await fortress('config');
    expect(JSON.parse(config.stdout)).toMatchObject({
      apis: [
        { name: 'v1', replicas: 3, backend: { kind: 'build', dockerfile: 'v1/Dockerfile' } },
        { name: 'v2', replicas: 1, backend: { kind: 'build', dockerfile: 'v2/Dockerfile' } },
      ],
    });
    const { exitCode, stderr } = await fortress('init', '--backend', 'flask');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--backend: found "flask"; expected server or fastapi');
  });

  it('makes the folder it is given and says where to go', async () => {
    const { exitCode, stdout } = await fortress('init', 'shop');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('cd shop');
    expect(await read('shop/fortress.config.ts')).toContain("project: 'shop'");
  });

  it('--preset exam gives the values that the course prescribes', async () => {
    await fortress('init', '--preset', 'exam');
    const { stdout } = await fortress('config');
    expect(JSON.parse(stdout)).toMatchObject({
      preset: 'exam',
      gateway: {
        httpPort: 8080,
        httpsPort: 443,
        users: [{ name: 'admin' }],
        tls: { caFile: join(folder, 'deployments/nginx/certs/nginx.crt') },
        rateLimit: { requestsPerSecond: 10, burst: 5, status: 503 },
      },
      monitoring: { exporterPort: 9113, prometheusPort: 9090, grafana: { port: 3000, user: 'admin' } },
    });
  });

  it('keeps secrets and state out of git', async () => {
    await fortress('init', '--preset', 'exam');
    await fortress('certs');
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    execFileSync('git', ['add', '--all'], { cwd: folder });
    const staged = execFileSync('git', ['diff', '--cached', '--name-only'], { cwd: folder, encoding: 'utf8' });
    expect(staged.trim().split('\n').toSorted()).toEqual(FILES);
  });

  it('overwrites nothing, and says what it kept', async () => {
    await writeFile(join(folder, 'fortress.config.ts'), '// mine\n');
    const { exitCode, stdout } = await fortress('init');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/kept\s+fortress\.config\.ts/);
    expect(stdout).toMatch(/created\s+model\/model\.onnx/);
    expect(await read('fortress.config.ts')).toBe('// mine\n');

    const before = (await folderState(folder)).filter((line) => !line.startsWith('.fortress'));
    await fortress('init', '--preset', 'exam');
    expect((await folderState(folder)).filter((line) => !line.startsWith('.fortress'))).toEqual(before);
  });

  it('--force overwrites', async () => {
    await writeFile(join(folder, 'fortress.config.ts'), '// mine\n');
    const { stdout } = await fortress('init', '--force', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      preset: 'default',
      files: expect.arrayContaining([{ path: 'fortress.config.ts', action: 'overwritten' }]) as unknown,
    });
    expect(await read('fortress.config.ts')).toContain('defineConfig');
  });

  it('refuses a preset that does not exist', async () => {
    const { exitCode, stderr } = await fortress('init', '--preset', 'exma');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--preset: found "exma"; expected default or exam');
    expect(await projectFiles()).toEqual([]);
  });
});
