import { spawn } from 'node:child_process';
import type { Machine } from './machine.js';

/** Runs a command as root; its output goes to stderr. Resolves with its exit code. */
export type RunAsRoot = (command: string, ...args: string[]) => Promise<number>;

/** @param note gets the command line before it runs */
export function createRunAsRoot(
  privilege: Machine['privilege'],
  note: (line: string) => void,
  signal: AbortSignal,
): RunAsRoot {
  return (command, ...args) => {
    const [program = command, ...rest] = privilege === 'sudo' ? ['sudo', command, ...args] : [command, ...args];
    note(`$ ${[program, ...rest].join(' ')}`);
    return new Promise((resolve, reject) => {
      // stdin stays with a terminal, for sudo's question.
      const child = spawn(program, rest, { stdio: ['inherit', 2, 2], signal });
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  };
}
