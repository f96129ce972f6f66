import { parseArgs } from 'node:util';
import { messageOf, usageError } from '../../src/errors.js';
import { wholeNumber } from '../up/options.js';

export interface AttackOptions {
  /** Of each attack, and of the time without one before each. */
  seconds: number;
  /** Requests per second of the good client. */
  rate: number;
  /** The attacker has the good client's own address, as behind the same router; else another one. */
  sharedAddress: boolean;
  json: boolean;
}

export const USAGE = `usage: npm run bench:attack -- [options]

A good client asks for predictions at a fixed rate, while somebody with another address attacks the
gateway: 500 slow clients, wrong passwords, bodies of 100 MB, header bombs, raw garbage. Tells what the
good client noticed, against the time just before each attack, and whether a container restarted.
The first row attacks nothing: it is what the attacker's own work costs on the same machine.

  --seconds N       of each attack, and of the quiet time before it (20)
  --rate N          requests per second of the good client (40)
  --shared-address  the attacker has the good client's own address
  --json            one JSON document on stdout
  --help`;

const HINT = 'npm run bench:attack -- --help';

/**
 * Reads the command line; `undefined` when help is asked for.
 * @throws FortressError (exit 2) naming the flag and its value
 */
export function readOptions(parameters: string[]): AttackOptions | undefined {
  const flags = readFlags(parameters);
  if (flags.help) return undefined;
  return {
    seconds: wholeNumber('seconds', flags.seconds, 3600, HINT),
    rate: wholeNumber('rate', flags.rate, 1000, HINT),
    sharedAddress: flags['shared-address'],
    json: flags.json,
  };
}

function readFlags(parameters: string[]) {
  try {
    return parseArgs({
      args: parameters,
      options: {
        seconds: { type: 'string', default: '20' },
        rate: { type: 'string', default: '40' },
        'shared-address': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw usageError(messageOf(error), { hint: HINT });
  }
}
