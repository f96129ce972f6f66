import type Docker from 'dockerode';
import { messageOf } from '../../errors.js';

/** The processors of the engine's machine. */
export interface Processors {
  count: number;
  /** Containers can be held to some of them. */
  canPin: boolean;
}

export async function processorsOf(docker: Docker): Promise<Processors> {
  const { NCPU, CPUSet } = (await docker.info()) as { NCPU: number; CPUSet?: boolean };
  return { count: NCPU, canPin: CPUSet !== false };
}

/**
 * Holds running containers to some processors.
 * @param numbers of processors, from 0
 * @returns why the engine would not; null: they are held
 */
export async function pinContainers(docker: Docker, names: string[], numbers: number[]): Promise<string | null> {
  try {
    await Promise.all(names.map((name) => docker.getContainer(name).update({ CpusetCpus: numbers.join(',') })));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

interface Stats {
  cpu_stats: { cpu_usage: { total_usage: number } };
}

/**
 * Seconds of CPU that all processes of a container have used since it started.
 * `one-shot`: without it, the engine takes a second to measure a rate as well.
 */
export async function cpuSeconds(docker: Docker, name: string): Promise<number> {
  const options = { stream: false, 'one-shot': true } as { stream: false };
  const { cpu_stats: usage } = (await docker.getContainer(name).stats(options)) as Stats;
  return usage.cpu_usage.total_usage / 1e9;
}
