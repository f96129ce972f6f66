import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { inject } from 'vitest';

export interface Outcome {
  /** undefined when a signal ended it. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** Both, in the order in which they came. */
  output: string;
}

export interface RunOptions {
  cwd: string;
  env?: Record<string, string>;
}

/** A CLI that is still under way. */
export interface RunningCli {
  pid: number;
  /** Waits until the output so far matches. */
  until(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Outcome>;
}

/** Milliseconds; far beyond anything but a first build of the images. */
const TIMEOUT = 280_000;

/** Starts the built CLI as a person's shell or a CI job would: no terminal, no input. */
export function startCli(args: string[], { cwd, env = {} }: RunOptions): RunningCli {
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const child = execa(process.execPath, [join(inject('packageFolder'), 'bin/fortress.js'), ...args], {
    cwd,
    env: { ...inherited, ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
    timeout: TIMEOUT,
    stripFinalNewline: false,
  });
  if (child.pid === undefined) throw new Error('the CLI could not be started');
  let output = '';
  let over = false;
  child.all.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = child.then(({ exitCode, stdout, stderr, all }) => {
    over = true;
    return { exitCode, stdout, stderr, output: all };
  });
  return {
    pid: child.pid,
    ended,
    kill: (signal) => void child.kill(signal),
    async until(pattern) {
      while (!pattern.test(output)) {
        if (over) throw new Error(`it ended without ${pattern}:\n${output}`);
        await sleep(10);
      }
    },
  };
}

/** @throws Error with all that it printed unless it exited with 0 */
export function succeeded(outcome: Outcome): Outcome {
  if (outcome.exitCode !== 0) throw new Error(`exit code ${outcome.exitCode}:\n${outcome.output}`);
  return outcome;
}

export const runCli = (args: string[], options: RunOptions): Promise<Outcome> => startCli(args, options).ended;
