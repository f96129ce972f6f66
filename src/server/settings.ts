import { hostname } from 'node:os';
import { configError } from '../errors.js';

/** What the environment tells the server; see `readSettings`. */
export interface ServerSettings {
  modelPath: string;
  host: string;
  port: number;
  /** Echoed in `X-Api-Version`. */
  apiVersion: string;
  /** Adds `prediction_proba_dict` to every prediction. */
  debugProbabilities: boolean;
  /** Echoed in `X-Instance-Id`. */
  instanceId: string;
  /** What the Open Inference Protocol and the metrics call the model. */
  modelName: string;
  /** Texts that may wait or be classified at a time. */
  maxPending: number;
  /** Bytes of a request body. */
  bodyLimit: number;
  logLevel: LogLevel;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Record<string, string | undefined>;

/** An empty variable counts as one that is not set. */
const textOf = (env: Environment, name: string, fallback: string): string => env[name]?.trim() || fallback;

function integerOf(env: Environment, name: string, fallback: number, minimum: number, maximum: number): number {
  const text = textOf(env, name, String(fallback));
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
  throw configError(`${name}=${text} is not a whole number from ${minimum} to ${maximum}`);
}

function choiceOf<Choice extends string>(
  env: Environment,
  name: string,
  fallback: Choice,
  choices: readonly Choice[],
): Choice {
  const text = textOf(env, name, fallback);
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  throw configError(`${name}=${text} is not one of ${choices.join(', ')}`);
}

/** All end up in response headers or paths. */
function nameOf(env: Environment, name: string, fallback: string): string {
  const text = textOf(env, name, fallback);
  if (/^[\w.:-]{1,128}$/.test(text)) return text;
  throw configError(`${name}=${text} does not fit a header or a path: use letters, digits and . : _ -`);
}

/**
 * Reads MODEL_PATH, HOST, PORT, API_VERSION, DEBUG_PROBABILITIES, INSTANCE_ID, MODEL_NAME, MAX_PENDING
 * (texts), BODY_LIMIT (bytes) and LOG_LEVEL, each with a default.
 * @throws FortressError naming the variable, its value and what would be right
 */
export function readSettings(env: Environment): ServerSettings {
  return {
    modelPath: textOf(env, 'MODEL_PATH', '/etc/fortress/current/model.onnx'),
    host: textOf(env, 'HOST', '0.0.0.0'),
    port: integerOf(env, 'PORT', 8000, 0, 65_535),
    apiVersion: nameOf(env, 'API_VERSION', 'v1'),
    debugProbabilities: choiceOf(env, 'DEBUG_PROBABILITIES', 'false', ['true', 'false']) === 'true',
    instanceId: nameOf(env, 'INSTANCE_ID', hostname()),
    modelName: nameOf(env, 'MODEL_NAME', 'model'),
    maxPending: integerOf(env, 'MAX_PENDING', 512, 1, 1_000_000),
    bodyLimit: integerOf(env, 'BODY_LIMIT', 64 * 1024, 1, 64 * 1024 * 1024),
    logLevel: choiceOf(env, 'LOG_LEVEL', 'info', LOG_LEVELS),
  };
}
