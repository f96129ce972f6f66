import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** What every zstd file begins with. */
export const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

interface EndlessZstd {
  /** Its own, and gone with the test. */
  folder: string;
  isRunning(): Promise<boolean>;
  /** Whether it ran and does no more. */
  hasEnded(): Promise<boolean>;
}

/** A program `zstd` that never ends by itself: by default it writes for as long as somebody reads. */
export async function endlessZstd(does = 'yes'): Promise<EndlessZstd> {
  const folder = await mkdtemp(join(tmpdir(), 'fortress-zstd-'));
  const pidFile = join(folder, 'pid');
  await writeFile(join(folder, 'zstd'), `#!/bin/sh\necho $$ > '${pidFile}'\nexec ${does}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
  const pid = async (): Promise<number> => Number(await readFile(pidFile, 'utf8').catch(() => ''));
  const isRunning = async (): Promise<boolean> => isAlive(await pid());
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    if (await isRunning()) process.kill(await pid(), 'SIGKILL');
    await rm(folder, { recursive: true });
  });
  return { folder, isRunning, hasEnded: async () => (await pid()) > 0 && !(await isRunning()) };
}

function isAlive(pid: number): boolean {
  // 0 would be our own process group.
  if (!(pid > 0)) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
