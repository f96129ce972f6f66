import { parseArgs } from 'node:util';
import { messageOf, usageError } from '../../../src/errors.js';
import { wholeNumber } from '../options.js';

export interface ChangeOptions {
  /** At least so many through all changes together, and as many through all kills. */
  requests: number;
  /** Per second. */
  rate: number;
  /** That are kept alive. */
  connections: number;
  kills: number;
  json: boolean;
}

export const USAGE = `usage: npm run bench:change -- [options]

Sends requests at a fixed rate while the stack is changed: another model, more and fewer replicas,
another certificate, users, rollback; then while replicas are killed. Counts those that failed; the
client never tries again.

  --requests N      through the changes, and as many through the kills (20000)
  --rate N          requests per second, fewer if the stack does not keep up (200)
  --connections N   that are kept alive and used in turn; every fifth request has one of its own (16)
  --kills N         replicas killed, one after the other (10)
  --json            one JSON document on stdout
  --help`;

const FLAGS = {
  requests: { type: 'string', default: '20000' },
  rate: { type: 'string', default: '200' },
  connections: { type: 'string', default: '16' },
  kills: { type: 'string', default: '10' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const HINT = 'npm run bench:change -- --help';

/**
 * Reads the command line; `undefined` when help is asked for.
 * @throws FortressError (exit 2) naming the flag and its value
 */
export function readOptions(parameters: string[]): ChangeOptions | undefined {
  const flags = readFlags(parameters);
  if (flags.help) return undefined;
  return {
    requests: wholeNumber('requests', flags.requests, 10_000_000, HINT),
    rate: wholeNumber('rate', flags.rate, 5000, HINT),
    connections: wholeNumber('connections', flags.connections, 1000, HINT),
    kills: wholeNumber('kills', flags.kills, 1000, HINT),
    json: flags.json,
  };
}

function readFlags(parameters: string[]) {
  try {
    return parseArgs({ args: parameters, options: FLAGS }).values;
  } catch (error) {
    throw usageError(messageOf(error), { hint: HINT });
  }
}
