import { execa } from 'execa';
import { SERVER_CORE, pinned } from '../cores.js';
import type { Instance } from './target.js';

/** Starts a Node program on the servers' core. What it prints is read and thrown away, as from a container. */
export function startNode(parameters: string[], env: Record<string, string>, onStart: () => void): Instance {
  const [command, pinnedParameters] = pinned(SERVER_CORE, process.execPath, ...parameters);
  onStart();
  const child = execa(command, pinnedParameters, {
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
    buffer: false,
    reject: false,
  });
  child.stdout.resume();
  if (child.pid === undefined) throw new Error(`${command} did not start`);
  return {
    pid: child.pid,
    async stop() {
      child.kill('SIGKILL');
      await child;
    },
  };
}
