import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { engineMessage } from './images.js';
import { explainEngineError } from './errors.js';
import { readFrames } from './frames.js';

/** A terminal on our side, which the command then has on its own. */
export interface Terminal {
  /** Its kind, as in `TERM`. */
  kind: string;
  size(): { rows: number; columns: number };
  onResize(listener: () => void): void;
}

export interface ExecStreams {
  stdin: Readable;
  stdout: Writable;
  /** With a terminal nothing comes here. */
  stderr: Writable;
  terminal: Terminal | null;
}

/**
 * Runs a command inside a running container, as the container's user, connected with our streams.
 * @returns the command's exit code
 * @throws FortressError (exit 1) when the engine refuses; the signal's reason when it is aborted
 */
export async function executeAttached(
  docker: Docker,
  container: string,
  command: string[],
  streams: ExecStreams,
  signal: AbortSignal,
): Promise<number> {
  const { terminal } = streams;
  try {
    const exec = await docker.getContainer(container).exec({
      Cmd: command,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: terminal !== null,
      ...(terminal && { Env: [`TERM=${terminal.kind}`] }),
    });
    const connection = await exec.start({ hijack: true, stdin: true, Tty: terminal !== null });
    if (terminal) await followSize(exec, terminal);
    await transfer(connection, streams, signal);
    return await exitCodeOf(exec);
  } catch (error) {
    signal.throwIfAborted();
    throw explainEngineError(new Error(engineMessage(error), { cause: error }), `${command[0]} in ${container}`);
  }
}

async function followSize(exec: Docker.Exec, terminal: Terminal): Promise<void> {
  const adopt = async (): Promise<void> => {
    const { rows, columns } = terminal.size();
    // A command that has already ended has no size; nor would that matter.
    await exec.resize({ h: rows, w: columns }).catch(() => undefined);
  };
  terminal.onResize(() => void adopt());
  await adopt();
}

/** Until the command ends or the signal aborts; our streams stay open. */
async function transfer(
  connection: Duplex,
  { stdin, stdout, stderr, terminal }: ExecStreams,
  signal: AbortSignal,
): Promise<void> {
  const stop = (): void => void connection.destroy();
  signal.addEventListener('abort', stop, { once: true });
  stdin.pipe(connection);
  try {
    if (terminal) for await (const chunk of connection) await write(stdout, chunk as Buffer);
    else
      for await (const { to, payload } of readFrames(connection))
        await write(to === 'stdout' ? stdout : stderr, payload);
  } catch (error) {
    // A command that does not read its input may end before that is written.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    stdin.unpipe(connection);
    connection.destroy();
  }
  signal.throwIfAborted();
}

async function write(stream: Writable, chunk: Buffer): Promise<void> {
  if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
}

/** The engine closes the connection a moment before it knows how the command ended. */
async function exitCodeOf(exec: Docker.Exec): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const { Running, ExitCode } = await exec.inspect();
    if (!Running && ExitCode !== null) return ExitCode;
    if (attempt >= 100) throw new Error('the engine did not say how it ended');
    await sleep(20);
  }
}
