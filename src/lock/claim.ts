import { readFile } from 'node:fs/promises';
import type { ProcessIdentity } from './process-identity.js';

/** What a process writes to say that it has, or is about to have, the lock. */
export interface Claim extends ProcessIdentity {
  /** `fortress up`. */
  command: string;
  /** ISO 8601. */
  since: string;
  /** True once the process has made sure that nobody else claims it. */
  held: boolean;
}

/** Reads a claim; null when the file is gone or does not hold one. */
export async function readClaim(path: string): Promise<Claim | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isClaim(value) ? value : null;
  } catch {
    return null;
  }
}

function isClaim(value: unknown): value is Claim {
  if (typeof value !== 'object' || value === null) return false;
  const claim = value as Record<string, unknown>;
  return (
    Number.isInteger(claim['pid']) &&
    ['host', 'command', 'since'].every((key) => typeof claim[key] === 'string') &&
    ['pidNamespace', 'started'].every((key) => claim[key] === null || typeof claim[key] === 'string') &&
    typeof claim['held'] === 'boolean'
  );
}
