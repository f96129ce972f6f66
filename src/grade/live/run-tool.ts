import { execa, type Result } from 'execa';

export interface ToolResult {
  ok: boolean;
  stdout: string;
  /** Both streams, for people. */
  output: string;
  /** Why there is no whole output, where the program itself is not to blame. */
  problem?: 'not installed' | 'too long' | 'too late';
}

export type RunTool = (command: readonly string[], options?: ToolOptions) => Promise<ToolResult>;

interface ToolOptions {
  cwd?: string;
  /** Of the few that are passed on, see `toolEnvironment`. */
  env?: Record<string, string>;
  /** Milliseconds. */
  timeout?: number;
  signal?: AbortSignal;
  /** Bytes of output; default: `LONGEST_OUTPUT`. */
  longest?: number;
}

/** What the engine's client needs to reach the engine and the registries. */
const PASSED_ON = `
  PATH HOME USERPROFILE SystemRoot TMPDIR XDG_RUNTIME_DIR XDG_CONFIG_HOME SSH_AUTH_SOCK
  DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG DOCKER_CERT_PATH DOCKER_TLS_VERIFY DOCKER_API_VERSION DOCKER_BUILDKIT`
  .trim()
  .split(/\s+/);

/** Secrets of the person who grades stay out of the reach of `${…}` in a compose file. */
const toolEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

/** A longer output is no output but noise. */
const LONGEST_OUTPUT = 8 * 1024 ** 2;

/** Runs a program of this machine, never one of the submission's. Never throws: a failure is a result. */
export const runTool: RunTool = async ([file = '', ...parameters], options = {}) => {
  const { cwd, env = {}, timeout, signal, longest = LONGEST_OUTPUT } = options;
  const result = await execa(file, parameters, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    env: { ...toolEnvironment(process.env), ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
    maxBuffer: longest,
    // Ctrl-C reaches the whole group of this process; what is under way is ended in good order by us.
    detached: true,
  });
  const because = result.timedOut
    ? `no end within ${(timeout ?? 0) / 1000} s`
    : (result.cause as Error | undefined)?.message;
  const problem = problemOf(result);
  return {
    ok: !result.failed,
    stdout: result.stdout,
    output: result.all || because || result.shortMessage || '',
    ...(problem === undefined ? {} : { problem }),
  };
};

function problemOf(result: Pick<Result, 'code' | 'isMaxBuffer' | 'timedOut' | 'isCanceled'>): ToolResult['problem'] {
  if (result.code === 'ENOENT') return 'not installed';
  if (result.isMaxBuffer) return 'too long';
  return result.timedOut || result.isCanceled ? 'too late' : undefined;
}
