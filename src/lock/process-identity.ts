import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells a process from every other one, also from a later one that got the same pid. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Processes see each other's pids only within a namespace; null where the system has none. */
  pidNamespace: string | null;
  /** Boot and clock tick at which the process started; null where the system does not tell. */
  started: string | null;
}

/** Who we are. */
export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  host: hostname(),
  pidNamespace: pidNamespace(),
  started: startOf(process.pid),
});

/** `alive` and `dead` are certain; `unknown`: the process is not visible from here. */
export function stateOf(other: ProcessIdentity, self: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  if (other.host !== self.host || other.pidNamespace !== self.pidNamespace) return 'unknown';
  if (!exists(other.pid)) return 'dead';
  if (other.started === null || self.started === null) return 'alive';
  return startOf(other.pid) === other.started ? 'alive' : 'dead';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** `<boot id>:<clock ticks>` from /proc; null without /proc, for a process that is gone, and for a zombie. */
function startOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  const boot = read('/proc/sys/kernel/random/boot_id');
  if (stat === null || boot === null) return null;
  // The second field is the command in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields[0], fields[19]];
  if (ticks === undefined || state === 'Z' || state === 'X') return null;
  return `${boot.trim()}:${ticks}`;
}

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
