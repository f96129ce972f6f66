import type { ResolvedHooks } from '../config/resolved.js';
import { ExitCode, FortressError, messageOf, operationError, usageError } from '../errors.js';
import { withHooks, type OpenedGeneration } from '../generations/open.js';
import type { ObservedContainer } from '../plan/observed.js';
import { planToJson } from '../report/plan-text.js';
import { seconds } from '../report/plan-words.js';
import { note, print, printJson } from '../report/print.js';
import { formatProbe } from '../report/probe-text.js';
import type { GlobalOptions } from './command.js';
import { converge, type Converged } from './converge.js';
import { parseSeconds } from './parse-options.js';
import { openProject, openReader } from './project.js';

/** Flags of every command that brings the stack to a generation. */
export interface ChangeFlags {
  lockTimeout: string;
  probe: boolean;
}

interface Change {
  /** `fortress scale api-v1=5`. */
  command: string;
  /** The generation as it is known now; it only says where the project is. */
  known: OpenedGeneration;
  /** The same, asked once nobody else changes the project. */
  open(): Promise<OpenedGeneration>;
  renew?: ReadonlySet<string>;
  /** What has become of the stack: "shop has 5 replicas of api-v1". */
  done(converged: Converged): string;
  /** Lines that say how long it lasts. */
  advice: string[];
}

/**
 * Brings the stack to a generation, and not to the configuration, which may say something new by now.
 * @throws FortressError as `converge` does
 */
export async function changeGeneration(
  { command, known, open, renew, done, advice }: Change,
  flags: GlobalOptions & ChangeFlags,
  signal: AbortSignal,
): Promise<ExitCode> {
  const startedAt = performance.now();
  const { json = false, lockTimeout, probe } = flags;
  const lockWait = parseSeconds(lockTimeout);
  const hooks = await currentHooks(flags);
  const openWithHooks = async (): Promise<OpenedGeneration> => {
    const opened = await open();
    return withHooks(opened, hooks ?? opened.config.hooks);
  };
  const options = { command, json, lockWait, probe, signal, open: openWithHooks };
  const converged = await converge(known.config, renew ? { ...options, renew } : options);
  const { preparation, changed, answer, probe: seen, generation } = converged;
  const took = performance.now() - startedAt;
  if (json) {
    const { plan, credentials } = preparation;
    const milliseconds = Math.round(took);
    const told = { plan: planToJson(plan), credentials: credentials.changes };
    printJson({ changed, generation, ...told, answer, probe: seen, milliseconds });
    return ExitCode.ok;
  }
  const proof = answer ? `; a prediction came back in ${Math.round(answer.milliseconds)} ms ("${answer.label}")` : '';
  print(seen ? `\n${formatProbe(seen)}` : '');
  print(`✓ ${done(converged)} (${seconds(took)})${proof}`);
  for (const line of advice) print(`  ${line}`);
  return ExitCode.ok;
}

/** How changes are made here now; null, and said so, where the configuration that says it cannot be read. */
async function currentHooks(flags: GlobalOptions): Promise<ResolvedHooks | null> {
  try {
    return (await openProject(flags)).hooks;
  } catch (error) {
    if (!(error instanceof FortressError)) throw error;
    note(`! no hooks are run: ${messageOf(error)}`);
    return null;
  }
}

/**
 * The containers of a stack that is up.
 * @throws FortressError (exit 1) when there is none
 */
export async function containersOf(project: string): Promise<ObservedContainer[]> {
  const { containers } = await (await openReader()).observe(project);
  if (containers.length > 0) return containers;
  throw operationError('NOT_UP', `${project} is not up`, { hint: 'start it with: fortress up' });
}

/** @throws FortressError (exit 2) when none of the containers is of this service */
export function assertService(service: string, containers: ObservedContainer[], project: string): void {
  const services = [...new Set(containers.map((container) => container.service))].toSorted();
  if (services.includes(service)) return;
  throw usageError(`no container of a service "${service}" in ${project}`, {
    hint: `there are: ${services.join(', ')}`,
  });
}
