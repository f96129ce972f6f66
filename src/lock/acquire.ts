import { setTimeout as sleep } from 'node:timers/promises';
import { operationError, type FortressError } from '../errors.js';
import type { Claim } from './claim.js';
import { newClaimPath, otherClaims, removeClaim, writeClaim } from './claims.js';
import { ownIdentity } from './process-identity.js';

export interface AcquireOptions {
  /** Folder of the claims; must exist. */
  folder: string;
  /** How people know this process: `fortress up`. */
  command: string;
  waitSeconds: number;
  signal: AbortSignal | undefined;
  /** Gets one line for people when we wait, and when we take over a dead process's lock. */
  note(line: string): void;
}

/**
 * Waits until no other process claims the lock.
 *
 * Everyone first writes a claim under a name of its own and then looks for others: of two
 * processes that claim at the same time the later one must see the earlier one, and whoever sees
 * another live claim withdraws. So there are never two owners, and a dead owner's claim needs no
 * exclusive takeover: it is ignored, and anyone may remove it.
 * @returns the path of our claim
 * @throws FortressError (exit 1, `LOCKED`) when the wait is over
 */
export async function acquire(options: AcquireOptions): Promise<string> {
  const { folder, command, note, signal } = options;
  const self = ownIdentity();
  const path = newClaimPath(folder);
  const deadline = Date.now() + options.waitSeconds * 1000;
  const claim: Claim = { ...self, command, since: new Date().toISOString(), held: false };
  let announced = false;
  for (;;) {
    signal?.throwIfAborted();
    const before = await otherClaims(folder, path, self);
    if (before.live.length === 0 && (await claimAlone(folder, path, claim))) {
      await removeStale(before.stale, note);
      return path;
    }
    const holder = before.live.map((file) => file.claim).find((other) => other?.held === true) ?? undefined;
    if (Date.now() >= deadline + (holder === undefined ? SETTLING_TIME : 0)) throw lockedError(holder, options);
    if (holder !== undefined && !announced) {
      note(`waiting for ${describe(holder)} to finish`);
      announced = true;
    }
    await pause(signal);
  }
}

/** Milliseconds in which processes that withdrew from each other try again, even where we shall not wait. */
const SETTLING_TIME = 2000;

async function claimAlone(folder: string, path: string, claim: Claim): Promise<boolean> {
  const claimed = { ...claim, since: new Date().toISOString() };
  try {
    await writeClaim(path, claimed);
    const { live } = await otherClaims(folder, path, claim);
    if (live.length > 0) {
      await removeClaim(path);
      return false;
    }
    await writeClaim(path, { ...claimed, held: true });
    return true;
  } catch (error) {
    await removeClaim(path);
    throw error;
  }
}

async function removeStale(
  stale: { path: string; claim: Claim | null }[],
  note: (line: string) => void,
): Promise<void> {
  for (const { path, claim } of stale) {
    if (claim?.held === true) note(`took over the lock of ${describe(claim)}, which is gone`);
    await removeClaim(path);
  }
}

/** 50 to 200 ms: random, so that two processes that withdrew do not meet again. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(50 + Math.random() * 150, undefined, { signal }).catch(() => signal?.throwIfAborted());
}

const describe = ({ command, pid, host, since }: Claim): string =>
  `\`${command}\` (pid ${pid} on ${host}, since ${since})`;

function lockedError(holder: Claim | undefined, { waitSeconds, folder }: AcquireOptions): FortressError {
  if (holder === undefined) {
    return operationError('LOCKED', 'several fortress processes want to change this project at once', {
      why: `none of them got the lock ${folder}`,
      hint: 'run the command again',
    });
  }
  return operationError('LOCKED', `${describe(holder)} is changing this project`, {
    why: `waited ${waitSeconds} s for it to finish`,
    hint: `wait for it, or stop it on ${holder.host} with \`kill ${holder.pid}\`; it gives the lock back when it ends`,
  });
}
