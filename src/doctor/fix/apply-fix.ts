import { createInterface } from 'node:readline/promises';
import { usageError } from '../../errors.js';
import type { EngineState } from '../engine-state.js';
import { installPackages } from './install-packages.js';
import { inspectMachine } from './machine.js';
import { describeFix, planFix } from './plan-fix.js';
import { createRunAsRoot } from './run-as-root.js';
import { startEngine } from './start-engine.js';

export interface FixOptions {
  /** Don't ask. */
  yes: boolean;
  /** Whether there is somebody who can be asked. */
  terminal: boolean;
  signal: AbortSignal;
  /** Gets lines for people. */
  note(line: string): void;
}

/** `manual`: a person must do the steps that were noted. */
export type FixOutcome = 'nothing' | 'manual' | 'declined' | 'done';

/**
 * Says what is to be done about engine and image tools, asks, and does it.
 * @throws FortressError (exit 2) when it may not ask and `yes` is not given; (exit 3) when it fails
 */
export async function applyFix(engine: EngineState, { yes, terminal, signal, note }: FixOptions): Promise<FixOutcome> {
  const machine = await inspectMachine({ terminal });
  const plan = planFix(engine, machine);
  if (plan.kind === 'nothing') return 'nothing';
  if (plan.kind === 'manual') {
    note('fortress cannot do this for you here. What to do:');
    for (const step of plan.steps) note(`  ${step}`);
    return 'manual';
  }
  note(`fortress will, as root${machine.privilege === 'sudo' ? ' (with sudo)' : ''}:`);
  for (const line of describeFix(plan)) note(`  ${line}`);
  if (!yes && !terminal) {
    throw usageError('doctor --fix changes nothing without being told to', {
      why: 'there is no terminal to ask on',
      hint: 'add --yes',
    });
  }
  if (!yes && !(await confirm(signal))) {
    note('nothing was changed');
    return 'declined';
  }
  const runAsRoot = createRunAsRoot(machine.privilege, note, signal);
  await installPackages(plan.packages, runAsRoot);
  // Looked at again: the package may have brought the init script.
  if (plan.start) await startEngine((await inspectMachine({ terminal })).services, runAsRoot, signal);
  return 'done';
}

async function confirm(signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline takes Ctrl-C away from the process; the process knows what to do with it.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return /^y(es)?$/i.test((await terminal.question('Go ahead? [y/N] ', { signal })).trim());
  } catch (error) {
    signal.throwIfAborted();
    // Ctrl-D: no answer is no consent.
    if (error instanceof Error && error.name === 'AbortError') return false;
    throw error;
  } finally {
    terminal.close();
  }
}
