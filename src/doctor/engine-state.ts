import type Docker from 'dockerode';
import type { ResolvedConfig } from '../config/resolved.js';
import { findEngineAddress, type EngineAddress } from '../engine/docker/address.js';
import type { PublishedContainer } from '../engine/docker/published.js';
import { FortressError, messageOf } from '../errors.js';
import { askForAnswer } from './engine-answer.js';
import { imageToolsNeed, type ImageToolsNeed } from './image-tools-need.js';

/** What the engine says of itself. */
export interface EngineFacts {
  version: string;
  apiVersion: string;
  architecture: string;
  cpus: number;
  /** Bytes. */
  memory: number;
  /** Where it keeps images; a path of the machine that the engine runs on. */
  dataFolder: string;
  containers: PublishedContainer[];
  imageTools: ImageToolsNeed;
  protection: Protection;
}

/** What the engine and its kernel can do to confine containers, and themselves. */
export interface Protection {
  limitsMemory: boolean;
  limitsProcesses: boolean;
  /** Which system calls containers may make; null: any. */
  seccompProfile: string | null;
  /** `AppArmor`, `SELinux`. */
  mandatoryAccess: string[];
  rootless: boolean;
  /** What the engine says of listening on the network without TLS; null: nothing. */
  openToNetwork: string | null;
}

export type EngineState =
  | { state: 'ready'; address: EngineAddress; facts: EngineFacts }
  | {
      /** `unsuitable`: it answers, and is too old or runs no Linux containers. */
      state: 'unsuitable' | 'forbidden' | 'hanging' | 'unreachable';
      address: EngineAddress;
      message: string;
      why: string | null;
      hint: string;
    };

/** Milliseconds. */
const ANSWER_TIMEOUT = 5000;

/** Asks the engine everything that the probes want to know. Never throws: no engine is an answer too. */
export async function askEngine(config: ResolvedConfig): Promise<EngineState> {
  const address = findEngineAddress();
  if ((await askForAnswer(address, ANSWER_TIMEOUT)) === 'hangs') {
    const message = `the Docker Engine at ${address.url} (${address.origin}) takes connections and does not answer`;
    return { state: 'hanging', address, message, why: null, hint: 'look at its log, and restart it' };
  }
  try {
    const { connectReadOnly } = await import('../engine/docker/read-only.js');
    const { docker, address: connected } = await connectReadOnly();
    return { state: 'ready', address: connected, facts: await readFacts(docker, config) };
  } catch (error) {
    return {
      state: stateOf(error),
      address,
      message: messageOf(error),
      why: (error instanceof FortressError && error.why) || null,
      hint: (error instanceof FortressError && error.hint) || 'look at the log of the Docker Engine',
    };
  }
}

function stateOf(error: unknown): 'unsuitable' | 'forbidden' | 'unreachable' {
  if (!(error instanceof FortressError)) return 'unreachable';
  if (error.code === 'ENGINE_PERMISSION') return 'forbidden';
  return error.code === 'ENGINE_UNREACHABLE' ? 'unreachable' : 'unsuitable';
}

/** The part of `GET /info` that we use; dockerode leaves it untyped. */
interface EngineInfo {
  NCPU: number;
  MemTotal: number;
  DockerRootDir: string;
  MemoryLimit?: boolean;
  PidsLimit?: boolean;
  /** `name=seccomp,profile=default`, `name=apparmor`, `name=rootless` … */
  SecurityOptions?: string[] | null;
  Warnings?: string[] | null;
}

async function readFacts(docker: Docker, config: ResolvedConfig): Promise<EngineFacts> {
  const { imageReader } = await import('../engine/docker/images.js');
  const { publishedContainers } = await import('../engine/docker/published.js');
  const [version, info, containers, imageTools] = await Promise.all([
    docker.version(),
    docker.info() as Promise<EngineInfo>,
    publishedContainers(docker),
    imageToolsNeed(config, imageReader(docker)).catch(unknownNeed),
  ]);
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    architecture: version.Arch,
    cpus: info.NCPU,
    memory: info.MemTotal,
    dataFolder: info.DockerRootDir,
    containers,
    imageTools,
    protection: protectionOf(info),
  };
}

/** What is wrong with the images of the configuration, a Dockerfile that cannot be read, says nothing of the engine. */
const unknownNeed = (error: unknown): ImageToolsNeed => ({
  needed: null,
  reason: messageOf(error),
  hint: error instanceof FortressError ? error.hint : undefined,
});

/** Engines of before 20.10 say nothing of processes, but those are too old anyway. Pure. */
export function protectionOf({ MemoryLimit, PidsLimit, SecurityOptions, Warnings }: Partial<EngineInfo>): Protection {
  const options = (SecurityOptions ?? []).map((option) => new URLSearchParams(option.replaceAll(',', '&')));
  const named = (name: string): URLSearchParams | undefined => options.find((option) => option.get('name') === name);
  const profile = named('seccomp')?.get('profile') ?? null;
  return {
    limitsMemory: MemoryLimit === true,
    limitsProcesses: PidsLimit === true,
    seccompProfile: profile === 'unconfined' ? null : profile,
    mandatoryAccess: [...(named('apparmor') ? ['AppArmor'] : []), ...(named('selinux') ? ['SELinux'] : [])],
    rootless: named('rootless') !== undefined,
    openToNetwork: (Warnings ?? []).find((warning) => /API is accessible on http/i.test(warning)) ?? null,
  };
}
