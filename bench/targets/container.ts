import type Docker from 'dockerode';
import { unreachableError } from '../../src/errors.js';
import { SERVER_CORE } from '../cores.js';
import type { Instance } from './target.js';

/** What containers of the benchmark are called, for whoever finds one that was left behind. */
const LABEL = 'fortress.bench';

export interface ContainerSpec {
  image: string;
  command?: string[];
  env?: Record<string, string>;
  /** A tar that is unpacked into `/app`. */
  files?: Buffer;
}

/** Starts a container with the servers' core for its own, in this machine's network: no bridge, no proxy. */
export async function startContainer(docker: Docker, spec: ContainerSpec, onStart: () => void): Promise<Instance> {
  const container = await docker.createContainer({
    Image: spec.image,
    Cmd: spec.command,
    Env: Object.entries(spec.env ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: { [LABEL]: String(process.pid) },
    HostConfig: {
      NetworkMode: 'host',
      CpusetCpus: String(SERVER_CORE),
      NanoCpus: 1e9,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '1' } },
    },
  });
  const stop = async (): Promise<void> => void (await container.remove({ force: true, v: true }));
  try {
    if (spec.files !== undefined) await container.putArchive(spec.files, { path: '/app' });
    onStart();
    await container.start();
    const { State } = await container.inspect();
    if (State.Pid > 0) return { pid: State.Pid, stop };
    throw unreachableError(`a container of ${spec.image} ended at once`, {
      why: String(await container.logs({ stdout: true, stderr: true })),
    });
  } catch (error) {
    await stop();
    throw error;
  }
}
