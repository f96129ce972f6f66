import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { findConfig } from '../config/load.js';

/**
 * Where a configuration names a user, for people who are to change it there: `fortress.config.ts:12`.
 * @param where the file or folder that `--config` names
 */
export async function placeOfUser(where: string, user: string): Promise<string> {
  const file = findConfig(where);
  const line = lineOfUser(await readFile(file, 'utf8'), user);
  const shown = relative(process.cwd(), file);
  return line === null ? `gateway.users of ${shown} (a default, or computed there)` : `${shown}:${line}`;
}

/** Line of the first quoted name after the key `users`, from 1; null: the text does not spell it out. */
export function lineOfUser(text: string, user: string): number | null {
  const start = text.search(/\busers\b["']?\s*:/);
  if (start === -1) return null;
  const found = ["'", '"', '`'].map((quote) => text.indexOf(`${quote}${user}${quote}`, start)).filter((at) => at >= 0);
  return found.length === 0 ? null : text.slice(0, Math.min(...found)).split('\n').length;
}
