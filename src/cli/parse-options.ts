import { usageError } from '../errors.js';

/** @throws FortressError (exit 2) unless the text is a number of seconds, 0 or more */
export function parseSeconds(text: string): number {
  return parseWhole(text, '--lock-timeout', 'seconds');
}

/** @throws FortressError (exit 2) unless the text is a whole number, 0 or more */
export function parseWhole(text: string, flag: string, unit: string): number {
  if (!/^\d{1,9}$/.test(text)) throw usageError(`${flag}: found "${text}"; expected a whole number of ${unit}`);
  return Number(text);
}
