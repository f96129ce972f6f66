import type Docker from 'dockerode';
import type { EngineProbe, Shown } from '../../verify/engine-probe.js';
import { unpackTexts } from './archive.js';
import { isMissing } from './errors.js';
import { demultiplex } from './logs.js';

/** Seconds by which the engine's clock may be behind ours. */
const CLOCK_SKEW = 30;

/** Looks into containers without touching them: every request is a GET. */
export const createProbe = (docker: Docker): EngineProbe => ({
  logsSince: (id, since, until) => logsSince(docker, id, since, until),
  shown: (id) => shown(docker, id),
  receivedPackets: (id) => receivedPackets(docker, id),
  readText: (id, path) => readText(docker, id, path),
  startedAt: (id) => startedAt(docker, id),
});

async function logsSince(docker: Docker, id: string, since: Date, until?: Date): Promise<string> {
  const output = await docker.getContainer(id).logs({
    stdout: true,
    stderr: true,
    follow: false,
    since: Math.floor(since.getTime() / 1000) - CLOCK_SKEW,
    ...(until && { until: Math.ceil(until.getTime() / 1000) + CLOCK_SKEW }),
  });
  return isFramed(output) ? demultiplex(output) : output.toString('utf8');
}

/** The output of a container with a terminal comes as it is. */
const isFramed = (output: Buffer): boolean => (output[0] ?? 3) <= 2 && output.readUIntBE(1, 3) === 0;

async function shown(docker: Docker, id: string): Promise<Shown> {
  const container = await docker.getContainer(id).inspect();
  const image = docker.getImage(container.Image);
  return {
    environment: container.Config.Env ?? [],
    container: JSON.stringify(container),
    image: JSON.stringify(await Promise.all([image.inspect(), image.history()])),
  };
}

interface Stats {
  networks?: Record<string, { rx_packets: number }>;
}

/** `one-shot`: without it, the engine takes a second to measure the CPU as well. */
async function receivedPackets(docker: Docker, id: string): Promise<number> {
  const options = { stream: false, 'one-shot': true } as { stream: false };
  const { networks = {} } = (await docker.getContainer(id).stats(options)) as Stats;
  return Object.values(networks).reduce((sum, { rx_packets: packets }) => sum + packets, 0);
}

async function readText(docker: Docker, id: string, path: string): Promise<string> {
  try {
    return (await unpackTexts(await docker.getContainer(id).getArchive({ path }))).join('\n');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

async function startedAt(docker: Docker, id: string): Promise<string | null> {
  try {
    const { State } = await docker.getContainer(id).inspect();
    return State.StartedAt;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
