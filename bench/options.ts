import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, usageError } from '../src/errors.js';
import { packageRoot } from '../src/package-root.js';

export interface BenchOptions {
  rounds: number;
  /** Of one round of one target. */
  seconds: number;
  warmUpSeconds: number;
  /** Numbers of concurrent connections to measure with. */
  connections: number[];
  /** CSV that the course's model is trained on; without it a synthetic corpus. */
  data: string | undefined;
  textColumn: string;
  labelColumn: string;
  /** The bundled model server. */
  serverFile: string;
  modelFile: string;
  /** Measures our server in its container, too. */
  container: boolean;
  json: boolean;
}

export const USAGE = `usage: npm run bench:server -- [options]

Measures the model server, a bare node:http server and the course's API (FastAPI and
scikit-learn, in a container) under the same load, in turns, each on one and the same core.

  --rounds N            rounds per target and number of connections; medians are shown (3)
  --seconds N           length of a round (2)
  --warm-up N           seconds of load before the first round (3)
  --connections LIST    concurrent connections (1,8,32)
  --data FILE           CSV to train the course's model on (default: a synthetic corpus)
  --text, --label NAME  its columns (content, sentiment)
  --container           measure our server in its container, too
  --server FILE         another build of the model server (dist/server/server.mjs)
  --model FILE          another model (model/model.onnx)
  --json                one JSON document on stdout
  --help`;

const FLAGS = {
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '2' },
  'warm-up': { type: 'string', default: '3' },
  connections: { type: 'string', default: '1,8,32' },
  data: { type: 'string' },
  text: { type: 'string', default: 'content' },
  label: { type: 'string', default: 'sentiment' },
  server: { type: 'string' },
  model: { type: 'string' },
  container: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const HINT = 'npm run bench:server -- --help';

function readFlags(parameters: string[]) {
  try {
    return parseArgs({ args: parameters, options: FLAGS }).values;
  } catch (error) {
    throw usageError(messageOf(error), { hint: HINT });
  }
}

function wholeNumber(flag: string, text: string, maximum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= maximum) return value;
  throw usageError(`--${flag} ${text} is not a whole number from 1 to ${maximum}`, { hint: HINT });
}

/**
 * Reads the command line; `undefined` when help is asked for.
 * @throws FortressError (exit 2) naming the flag and its value
 */
export function readOptions(parameters: string[], root: string = packageRoot()): BenchOptions | undefined {
  const flags = readFlags(parameters);
  if (flags.help) return undefined;
  return {
    rounds: wholeNumber('rounds', flags.rounds, 100),
    seconds: wholeNumber('seconds', flags.seconds, 600),
    warmUpSeconds: wholeNumber('warm-up', flags['warm-up'], 600),
    connections: flags.connections.split(',').map((text) => wholeNumber('connections', text, 1000)),
    data: flags.data,
    textColumn: flags.text,
    labelColumn: flags.label,
    serverFile: flags.server ?? join(root, 'dist', 'server', 'server.mjs'),
    modelFile: flags.model ?? join(root, 'model', 'model.onnx'),
    container: flags.container,
    json: flags.json,
  };
}
