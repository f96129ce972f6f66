import { parseArgs } from 'node:util';
import { messageOf, usageError } from '../../src/errors.js';
import { wholeNumber } from '../up/options.js';

export interface StartupOptions {
  rounds: number;
  json: boolean;
}

export const USAGE = `usage: npm run bench:startup -- [options]

What it costs to start fortress: CPU time of \`--help\`, \`--version\`, \`status\` and \`plan\`, in turns with
that of Node alone.

  --rounds N   runs of each; medians are shown (21)
  --json       one JSON document on stdout
  --help`;

const FLAGS = {
  rounds: { type: 'string', default: '21' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const HINT = 'npm run bench:startup -- --help';

/**
 * Reads the command line; `undefined` when help is asked for.
 * @throws FortressError (exit 2) naming the flag and its value
 */
export function readOptions(parameters: string[]): StartupOptions | undefined {
  const { help, json, rounds } = readFlags(parameters);
  if (help) return undefined;
  return { rounds: wholeNumber('rounds', rounds, 1000, HINT), json };
}

function readFlags(parameters: string[]) {
  try {
    return parseArgs({ args: parameters, options: FLAGS }).values;
  } catch (error) {
    throw usageError(messageOf(error), { hint: HINT });
  }
}
