import { readFile } from 'node:fs/promises';

/** The unit of /proc/PID/stat; the kernel gives it to programs as 1/100 s on every architecture that we run on. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU that a process has used with all its threads, from its line in /proc/PID/stat. Pure. */
export function parseCpuSeconds(stat: string): number {
  // The second field is the program's name, which may hold spaces and parentheses.
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** Bytes of the largest resident set a process has had, from /proc/PID/status. Pure. */
export const parsePeakMemory = (status: string): number => Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;

export const readCpuSeconds = async (pid: number): Promise<number> =>
  parseCpuSeconds(await readFile(`/proc/${pid}/stat`, 'utf8'));

export const readPeakMemory = async (pid: number): Promise<number> =>
  parsePeakMemory(await readFile(`/proc/${pid}/status`, 'utf8'));
