import { parseArgs } from 'node:util';
import { messageOf, usageError } from '../../src/errors.js';

export interface UpOptions {
  rounds: number;
  json: boolean;
}

export const USAGE = `usage: npm run bench:up -- [options]

Compares \`fortress up\` with \`docker compose up -d\` on the same stack, in turns: when there is
nothing to change, and from nothing (images and credentials are there) to a stack that serves.

  --rounds N   runs of each; medians are shown (7)
  --json       one JSON document on stdout
  --help`;

const FLAGS = {
  rounds: { type: 'string', default: '7' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const HINT = 'npm run bench:up -- --help';

/**
 * Reads the command line; `undefined` when help is asked for.
 * @throws FortressError (exit 2) naming the flag and its value
 */
export function readOptions(parameters: string[]): UpOptions | undefined {
  const { help, json, rounds } = readFlags(parameters);
  if (help) return undefined;
  return { rounds: wholeNumber('rounds', rounds, 100, HINT), json };
}

function readFlags(parameters: string[]) {
  try {
    return parseArgs({ args: parameters, options: FLAGS }).values;
  } catch (error) {
    throw usageError(messageOf(error), { hint: HINT });
  }
}

/** @throws FortressError (exit 2) unless it is one from 1 to `maximum` */
export function wholeNumber(flag: string, text: string, maximum: number, hint: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= maximum) return value;
  throw usageError(`--${flag} ${text} is not a whole number from 1 to ${maximum}`, { hint });
}
