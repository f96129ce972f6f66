import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const SOURCES = ['src', 'scripts/build.js', 'package.json', 'tsconfig.types.json'];

/** Builds dist/ when a source is newer. */
export async function buildIfStale(): Promise<void> {
  const built = await stat(join(ROOT, 'dist/cli.js')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  const changed = Math.max(...(await Promise.all(SOURCES.map((path) => newest(join(ROOT, path))))));
  if (changed > built) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
}

async function newest(path: string): Promise<number> {
  const { mtimeMs } = await stat(path);
  const children = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const times = await Promise.all(
    children.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs),
  );
  return Math.max(mtimeMs, ...times);
}

/**
 * Copies what npm publishes to a folder of its own. So a build during the run does not change the
 * CLI under test, and a file that the package forgets is missing here too.
 */
export async function copyPackage(): Promise<string> {
  const files = publishedFiles();
  const folder = await mkdtemp(join(tmpdir(), 'fortress-package-'));
  await Promise.all(files.map((path) => cp(join(ROOT, path), join(folder, path))));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Paths as npm itself lists them. */
function publishedFiles(): string[] {
  const flags = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=silent'];
  const answer = execFileSync('npm', flags, { cwd: ROOT, encoding: 'utf8' });
  const [{ files }] = JSON.parse(answer) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path);
}
