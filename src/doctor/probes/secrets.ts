import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { quote } from '../../report/curl.js';
import type { DoctorContext, Finding, Probe } from '../probe.js';

const OTHERS = 0o077;

/** Whether only its owner can read what a project keeps secret. */
export const secrets: Probe = {
  id: 'secrets',
  run: async ({ config }: DoctorContext) => [await probeSecrets(config)],
};

async function probeSecrets(config: DoctorContext['config']): Promise<Finding> {
  const base = { title: 'Secrets', why: 'passwords and private keys lie there as they are', fix: null };
  const folder = join(config.stateDir, 'secrets');
  // Windows has permissions of another kind, which `mode` says nothing of.
  if (process.platform === 'win32') return { ...base, status: 'skip', found: 'not looked at on Windows' };
  const files = await readdir(folder).catch(() => null);
  if (files === null) return { ...base, status: 'skip', found: `none yet in ${config.stateDir}` };
  const open = await openAmong([config.stateDir, folder, ...files.map((name) => join(folder, name))]);
  if (open.length === 0) return { ...base, status: 'ok', found: `${folder} is closed to other users` };
  return {
    ...base,
    status: 'fail',
    found: `open to other users: ${open.join(', ')}`,
    fix: `chmod -R go-rwx ${quote(config.stateDir)}; where that changes nothing, keep the project on a file system that knows permissions`,
  };
}

/** Paths with their modes. */
async function openAmong(paths: string[]): Promise<string[]> {
  const modes = await Promise.all(paths.map(async (path) => ({ path, mode: await modeOf(path) })));
  return modes.filter(({ mode }) => (mode & OTHERS) !== 0).map(({ path, mode }) => `${path} (${mode.toString(8)})`);
}

const modeOf = (path: string): Promise<number> =>
  lstat(path).then(
    ({ mode }) => mode & 0o777,
    () => 0,
  );
