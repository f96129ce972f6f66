import { parseArgs } from 'node:util';
import { messageOf, usageError } from '../../src/errors.js';
import { wholeNumber } from '../up/options.js';
import { ATTACKS, type Attack } from './attackers.js';

export interface AttackOptions {
  /** In this order. */
  attacks: Attack[];
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
  --only KINDS      of these attacks only, separated by commas
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
    attacks: chosenAttacks(flags.only),
    json: flags.json,
  };
}

function chosenAttacks(only: string | undefined): Attack[] {
  if (only === undefined) return [...ATTACKS];
  const kinds = only.split(',');
  const unknown = kinds.find((kind) => !ATTACKS.some((attack) => attack.kind === kind));
  if (unknown !== undefined) {
    throw usageError(`--only: found "${unknown}"; expected of ${ATTACKS.map(({ kind }) => kind).join(', ')}`);
  }
  return ATTACKS.filter(({ kind }) => kinds.includes(kind));
}

function readFlags(parameters: string[]) {
  try {
    return parseArgs({
      args: parameters,
      options: {
        seconds: { type: 'string', default: '20' },
        rate: { type: 'string', default: '40' },
        'shared-address': { type: 'boolean', default: false },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw usageError(messageOf(error), { hint: HINT });
  }
}
