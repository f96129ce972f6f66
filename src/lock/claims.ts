import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readClaim, type Claim } from './claim.js';
import { stateOf, type ProcessIdentity } from './process-identity.js';

const CLAIM = '.json';

/** Milliseconds without a sign of life after which a process that we cannot see counts as dead. */
const HEARTBEAT_EXPIRY = 30_000;

export interface OtherClaims {
  live: { path: string; claim: Claim | null }[];
  /** Of processes that are gone; safe to remove, because no file name is ever used twice. */
  stale: { path: string; claim: Claim | null }[];
}

/** All claims in the lock's folder but our own. */
export async function otherClaims(folder: string, own: string, self: ProcessIdentity): Promise<OtherClaims> {
  const paths = (await readdir(folder)).map((name) => join(folder, name)).filter((path) => path !== own);
  const inspected = await Promise.all(paths.map(async (path) => ({ path, ...(await inspect(path, self)) })));
  return {
    // A temporary file is no claim yet, however young.
    live: inspected.filter(({ path, state }) => state === 'live' && path.endsWith(CLAIM)),
    stale: inspected.filter(({ state }) => state === 'stale'),
  };
}

async function inspect(
  path: string,
  self: ProcessIdentity,
): Promise<{ claim: Claim | null; state: 'live' | 'stale' | 'gone' }> {
  const claim = await readClaim(path);
  // The file's time is the heartbeat, so that a beat is one system call and cannot damage the claim.
  const file = await stat(path).catch(() => null);
  if (file === null) return { claim, state: 'gone' };
  const process = claim === null ? 'unknown' : stateOf(claim, self);
  if (process !== 'unknown') return { claim, state: process === 'alive' ? 'live' : 'stale' };
  return { claim, state: Date.now() - file.mtimeMs < HEARTBEAT_EXPIRY ? 'live' : 'stale' };
}

/** Where a new claim goes: a name that nobody else uses, now or later. */
export const newClaimPath = (folder: string): string => join(folder, randomUUID() + CLAIM);

/** Writes a claim in one step. */
export async function writeClaim(path: string, claim: Claim): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(claim)}\n`, { mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    // A full disk can make the file, and nothing in it.
    await rm(temporary, { force: true });
    throw error;
  }
}

export const removeClaim = (path: string): Promise<void> => rm(path, { force: true });

/** Gives a sign of life. Rejects with ENOENT when somebody has removed the claim. */
export const beat = (path: string): Promise<void> => {
  const now = new Date();
  return utimes(path, now, now);
};
