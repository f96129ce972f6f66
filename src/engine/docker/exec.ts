import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { demultiplex } from './logs.js';

/**
 * Runs a command inside a running container and waits for its end.
 * @param user default: the container's own
 */
export async function execute(
  docker: Docker,
  name: string,
  command: string[],
  user?: string,
): Promise<{ exitCode: number; output: string }> {
  const exec = await docker.getContainer(name).exec({
    Cmd: command,
    AttachStdout: true,
    AttachStderr: true,
    ...(user !== undefined && { User: user }),
  });
  const stream = await exec.start({ Detach: false, Tty: false });
  const output = demultiplex(await buffer(stream));
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? -1, output };
}
