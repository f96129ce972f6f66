import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BUSY = fileURLToPath(new URL('busy.js', import.meta.url));

/** Starts processes that each keep a CPU busy; returns what ends them. They end with this process too. */
export function startLoad(processes: number): () => void {
  const children = Array.from({ length: processes }, () => fork(BUSY));
  return () => {
    for (const child of children) child.kill();
  };
}
