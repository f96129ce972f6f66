import { appendFile, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes from which a new file is begun; the one before it is kept. */
const ROTATE_AT = 1_000_000;

export const guardLogPath = (stateDir: string): string => join(stateDir, 'guard.log');

/** Adds a line, with the time. A log that cannot be written (a full disk) must not end the guarding. */
export async function appendToLog(stateDir: string, line: string): Promise<void> {
  const path = guardLogPath(stateDir);
  try {
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    if (size >= ROTATE_AT) await rename(path, `${path}.1`);
    await appendFile(path, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
  } catch {
    // Nobody is there to be told.
  }
}

/** The last lines, oldest first. */
export async function lastOfLog(stateDir: string, count: number): Promise<string[]> {
  const path = guardLogPath(stateDir);
  const texts = await Promise.all([`${path}.1`, path].map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .slice(-count);
}
