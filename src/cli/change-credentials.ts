import type { ResolvedConfig } from '../config/resolved.js';
import { loadCredentials } from '../credentials/load.js';
import type { CredentialRequest, PreparedCredentials } from '../credentials/prepare.js';
import { saveCredentials } from '../credentials/save.js';
import { ExitCode, FortressError } from '../errors.js';
import { openCurrent, withHooks, type OpenedGeneration } from '../generations/open.js';
import { listGenerations } from '../generations/store.js';
import { withLock } from '../lock/with-lock.js';
import { note } from '../report/print.js';
import { converge } from './converge.js';
import { openReader } from './project.js';

/** Whether a running gateway has what was changed, or why not. */
export type Effect = 'now' | 'stack not up' | 'engine not reachable';

export interface CredentialsChanged {
  credentials: PreparedCredentials;
  effect: Effect;
  /** What runs, where something does: not what the configuration file may say by now. */
  config: ResolvedConfig;
}

interface Options {
  /** How people know what is being done: `fortress users add`. */
  command: string;
  json: boolean;
  signal: AbortSignal;
}

/** Seconds. */
const LOCK_WAIT = 60;

/**
 * Changes what is on disk and, where a stack is up, brings it to the running gateway by a reload.
 * @throws FortressError (exit 2) when it must not be changed so; nothing is changed then
 */
export async function changeCredentials(
  config: ResolvedConfig,
  request: CredentialRequest,
  { command, json, signal }: Options,
): Promise<CredentialsChanged> {
  // What must not be is refused before an engine is asked for, and before anything is announced.
  await loadCredentials(config, new Date(), request);
  const effect = await expectedEffect(config);
  if (effect === 'now') {
    const options = { command, json, lockWait: LOCK_WAIT, probe: true, signal, credentials: request };
    // What runs gets them, not what the configuration may say by now.
    const isKnown = (await listGenerations(config.stateDir)).length > 0;
    const open = async (): Promise<OpenedGeneration> => withHooks(await openCurrent(config.stateDir), config.hooks);
    const { preparation } = await converge(config, isKnown ? { ...options, open } : options);
    const running = isKnown ? (await openCurrent(config.stateDir)).config : config;
    return { credentials: preparation.credentials, effect, config: running };
  }
  const lock = { stateDir: config.stateDir, command, waitSeconds: LOCK_WAIT, signal, note };
  const credentials = await withLock(lock, async () => {
    const prepared = await loadCredentials(config, new Date(), request);
    await saveCredentials(config, prepared.wanted);
    return prepared;
  });
  return { credentials, effect, config };
}

async function expectedEffect({ project }: ResolvedConfig): Promise<Effect> {
  try {
    const { containers } = await (await openReader()).observe(project);
    return containers.some(({ service }) => service === 'gateway') ? 'now' : 'stack not up';
  } catch (error) {
    if (error instanceof FortressError && error.exitCode === ExitCode.unreachable) return 'engine not reachable';
    throw error;
  }
}

/** When a change reaches clients, as the end of a sentence. */
export function describeEffect(effect: Effect): string {
  if (effect === 'now') return 'the gateway has it';
  return effect === 'stack not up'
    ? 'nothing runs: it takes effect at the next `fortress up`'
    : 'the Docker Engine cannot be reached: if a gateway runs, it gets this at the next `fortress up`';
}
