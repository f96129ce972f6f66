import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findEngineAddress, type EngineAddress } from '../engine/docker/address.js';
import { connect, type Connection } from '../engine/docker/connect.js';
import { messageOf } from '../errors.js';
import { otherClaims } from '../lock/claims.js';
import { ownIdentity } from '../lock/process-identity.js';
import { VERSION } from '../version.js';
import { createGuardEngine } from './guard-engine.js';
import { appendToLog } from './guard-log.js';
import { isOnRecord, removeRecord, runningGuard, writeRecord, type GuardRecord } from './record.js';
import { endProcess, watches } from './start-guard.js';
import { watch } from './watch.js';

/** Milliseconds between two attempts to reach an engine that does not answer yet: at boot, we may be first. */
const CONNECT_PAUSE = 5000;

/** Runs as the guard of a project until there is nothing to guard any more. */
async function guard(project: string, stateDir: string, address: EngineAddress, signal: AbortSignal): Promise<void> {
  const self = ownIdentity();
  const record: GuardRecord = {
    ...self,
    project,
    version: VERSION,
    engine: address.url,
    since: new Date().toISOString(),
  };
  const before = await runningGuard(stateDir);
  if (before !== null && watches(before, project, address.url)) return;
  if (before !== null) await endProcess(before);
  await writeRecord(stateDir, record);
  const log = (line: string): Promise<void> => appendToLog(stateDir, line);
  const isOwner = (): Promise<boolean> => isOnRecord(stateDir, record);
  await log(`guard ${VERSION} of ${project} began (pid ${self.pid}, ${address.url})`);
  const connection = await reach(address, isOwner, log, signal);
  const reason =
    connection === null
      ? 'told to'
      : await watch({
          engine: createGuardEngine(connection.docker, project),
          isOwner,
          isLocked: async () => {
            // Without a folder nobody has ever locked anything.
            const claims = await otherClaims(join(stateDir, 'lock'), '', self).catch(() => null);
            return claims !== null && claims.live.length > 0;
          },
          log,
          signal,
        });
  // What another guard wrote, or a folder that is gone, is none of our business any more.
  if (!(await isOwner())) return;
  await log(`guard ended: ${reason}`);
  await removeRecord(stateDir);
}

/** @returns null when the guard is to end before the engine answers */
async function reach(
  address: EngineAddress,
  isOwner: () => Promise<boolean>,
  log: (line: string) => Promise<void>,
  signal: AbortSignal,
): Promise<Connection | null> {
  let said = '';
  while (!signal.aborted && (await isOwner())) {
    try {
      return await connect(address);
    } catch (error) {
      if (messageOf(error) !== said) await log(`the engine does not answer yet: ${messageOf(error)}`);
      said = messageOf(error);
    }
    await sleep(CONNECT_PAUSE, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

const [project, stateDir, engine] = process.argv.slice(2);
if (project === undefined || stateDir === undefined) throw new TypeError('expected a project and its state folder');
const ending = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => ending.abort());
// The terminal that it was started from may go.
process.on('SIGHUP', () => undefined);
const address = engine === undefined ? findEngineAddress() : (JSON.parse(engine) as EngineAddress);
await guard(project, stateDir, address, ending.signal);
