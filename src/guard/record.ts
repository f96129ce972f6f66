import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../credentials/atomic-write.js';
import { ownIdentity, stateOf, type ProcessIdentity } from '../lock/process-identity.js';

/** Which process guards a project; the file `guard.json` of its state folder. */
export interface GuardRecord extends ProcessIdentity {
  project: string;
  /** Of fortress. */
  version: string;
  /** Address of the engine. */
  engine: string;
  /** ISO 8601. */
  since: string;
}

const recordPath = (stateDir: string): string => join(stateDir, 'guard.json');

/** The guard that runs for this state folder; null when there is none, or it died. */
export async function runningGuard(stateDir: string): Promise<GuardRecord | null> {
  const record = await readRecord(stateDir);
  return record !== null && stateOf(record, ownIdentity()) === 'alive' ? record : null;
}

/**
 * Whether a guard is still the one on record. It is not once a newer one wrote over it, somebody
 * ended it, or the state folder is gone.
 */
export async function isOnRecord(stateDir: string, own: GuardRecord): Promise<boolean> {
  const record = await readRecord(stateDir);
  return record !== null && record.pid === own.pid && record.started === own.started && record.host === own.host;
}

/** Puts a guard on record in the place of any other. Rejects when there is no state folder. */
export const writeRecord = (stateDir: string, record: GuardRecord): Promise<void> =>
  writeFileAtomically(recordPath(stateDir), `${JSON.stringify(record)}\n`, 0o600);

export const removeRecord = (stateDir: string): Promise<void> => rm(recordPath(stateDir), { force: true });

async function readRecord(stateDir: string): Promise<GuardRecord | null> {
  try {
    const value: unknown = JSON.parse(await readFile(recordPath(stateDir), 'utf8'));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is GuardRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  return (
    Number.isInteger(record['pid']) &&
    ['host', 'project', 'version', 'engine', 'since'].every((key) => typeof record[key] === 'string') &&
    ['pidNamespace', 'started'].every((key) => record[key] === null || typeof record[key] === 'string')
  );
}
