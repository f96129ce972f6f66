import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedConfig, ResolvedHook } from '../config/resolved.js';
import type { HookEvent, HookName, HookPlan } from '../config/types.js';
import { writeFileAtomically } from '../credentials/atomic-write.js';
import { makeStateFolder } from '../private-folder.js';
import { FortressError, messageOf, operationError } from '../errors.js';
import { visible } from '../report/print.js';
import { callHook } from './call-hook.js';
import { runCommand } from './run-command.js';

interface HookOptions {
  /** Ends the hook, and with it what it started. */
  signal: AbortSignal;
  /** Gets one line for people before the hook runs. What the hook itself writes goes to stderr. */
  note(line: string): void;
}

/**
 * Runs one of the configuration's hooks, if it is there, and waits for its end.
 * @param plan what `planToJson` makes of a plan
 * @throws FortressError (exit 1) `HOOK_FAILED` when it fails or takes too long; the reason of `signal` when that ends it
 */
export async function runHook(
  config: ResolvedConfig,
  name: HookName,
  plan: unknown,
  options: HookOptions,
): Promise<void> {
  const hook = config.hooks[name];
  if (hook === null) return;
  const { signal, note } = options;
  signal.throwIfAborted();
  note(`hook ${name}: ${describe(hook)}`);
  try {
    await run(config, hook, { hook: name, project: config.project, plan: plan as HookPlan }, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FortressError) throw error;
    throw operationError('HOOK_FAILED', `the hook ${name} failed: ${messageOf(error)}`, {
      why: `it is ${describe(hook)}`,
      hint: HINTS[name],
      cause: error,
    });
  }
}

const HINTS: Record<HookName, string> = {
  beforeUp:
    'nothing was changed; put right what the hook complains of, or take it out of hooks.beforeUp, and run it again',
  beforeDown:
    'nothing was removed; put right what the hook complains of, or take it out of hooks.beforeDown, and run it again',
  afterUp: 'the stack is up and stays up, as the configuration says; only what the hook was to do is missing',
};

async function run(config: ResolvedConfig, hook: ResolvedHook, event: HookEvent, signal: AbortSignal): Promise<void> {
  const { timeout } = config.hooks;
  const json = `${JSON.stringify(event, null, 2)}\n`;
  if (hook.kind === 'function') {
    if (!hook.run) throw new Error('it is a function, and this configuration was stored: functions are not');
    // A copy: what the hook does to it changes no plan, and it gets what a program would.
    await callHook(hook.run, JSON.parse(json) as HookEvent, { timeout, signal });
    return;
  }
  // A fixed name under the project's lock: what a killed run left behind is replaced and removed by the next.
  const file = join(config.stateDir, 'hook.json');
  await makeStateFolder(config.stateDir);
  await writeFileAtomically(file, json, 0o600);
  try {
    await runCommand(hook.kind === 'shell' ? ['sh', '-c', hook.command] : hook.arguments, {
      cwd: config.root,
      env: { FORTRESS_HOOK: event.hook, FORTRESS_PROJECT: event.project, FORTRESS_PLAN: file },
      input: json,
      prefix: `[${event.hook}] `,
      timeout,
      signal,
    });
  } finally {
    await rm(file, { force: true });
  }
}

const LONGEST_SHOWN = 100;

function describe(hook: ResolvedHook): string {
  if (hook.kind === 'function') return 'a function';
  const line = visible(hook.kind === 'shell' ? hook.command : hook.arguments.join(' '));
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN - 1)}…` : line;
}
