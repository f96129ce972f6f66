import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds in which a guard ends by itself once its project's folder is gone. */
const END_TIMEOUT = 10_000;

/**
 * Waits until no guard of the CLI under test runs any more.
 * @returns of those that went on, and were ended: pid and project
 */
export async function endGuards(packageFolder: string): Promise<string[]> {
  const deadline = Date.now() + END_TIMEOUT;
  let left = await guardsOf(packageFolder);
  while (left.length > 0 && Date.now() < deadline) {
    await sleep(200);
    left = await guardsOf(packageFolder);
  }
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  return left.map(({ pid, project }) => `${pid} (${project})`);
}

/** Known by their command line, `node … <package>/dist/guard/guard.js <project> …`; none where there is no /proc. */
async function guardsOf(packageFolder: string): Promise<{ pid: number; project: string }[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const guards = await Promise.all(
    pids.map(async (pid) => {
      const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
      const script = words.findIndex((word) => word.startsWith(packageFolder) && word.endsWith('/guard.js'));
      return script < 0 ? [] : [{ pid: Number(pid), project: words[script + 1] ?? '?' }];
    }),
  );
  return guards.flat();
}
