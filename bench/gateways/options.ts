import { parseArgs } from 'node:util';
import { messageOf, usageError } from '../../src/errors.js';
import { wholeNumber } from '../up/options.js';

export interface GatewaysOptions {
  /** Of each gateway and of each kind of handshake. */
  rounds: number;
  /** Of one round. */
  seconds: number;
  /** Kept by the client at a time; each sends its next request when it has the answer to the last one. */
  connections: number;
  json: boolean;
}

export const USAGE = `usage: npm run bench:gateways -- [options]

Compares fortress's gateway with itself without passwords, with plain apr1 passwords, and with HAProxy
and Caddy that do the same; and its TLS handshakes with those of an RSA key. One client, one constant
backend, one processor for whichever gateway has its turn.

  --rounds N        rounds of each, in turns; medians are shown (5)
  --seconds N       length of a round (4)
  --connections N   kept connections of the client (32)
  --json            one JSON document on stdout
  --help`;

const HINT = 'npm run bench:gateways -- --help';

/**
 * Reads the command line; `undefined` when help is asked for.
 * @throws FortressError (exit 2) naming the flag and its value
 */
export function readOptions(parameters: string[]): GatewaysOptions | undefined {
  const flags = readFlags(parameters);
  if (flags.help) return undefined;
  return {
    rounds: wholeNumber('rounds', flags.rounds, 100, HINT),
    seconds: wholeNumber('seconds', flags.seconds, 600, HINT),
    connections: wholeNumber('connections', flags.connections, 256, HINT),
    json: flags.json,
  };
}

function readFlags(parameters: string[]) {
  try {
    return parseArgs({
      args: parameters,
      options: {
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '4' },
        connections: { type: 'string', default: '32' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw usageError(messageOf(error), { hint: HINT });
  }
}
