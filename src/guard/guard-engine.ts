import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { isMissing, isUnchanged, tolerate } from '../engine/docker/errors.js';
import type { ObservedContainer } from '../plan/observed.js';
import { LABEL } from '../stack/names.js';
import { parseEvent, WATCHED_EVENTS, type ContainerEvent } from './container-event.js';
import type { Patient } from './healing.js';

/** What a guard asks of an engine about the containers of one project. */
export interface GuardEngine {
  list(): Promise<Listed[]>;
  /** Null when there is no such container any more. */
  inspect(id: string): Promise<Patient | null>;
  start(id: string): Promise<void>;
  restart(id: string): Promise<void>;
  /**
   * Hands on events from now on, until the engine goes away or the signal aborts; called again, from
   * the last one on, as far as the engine still knows them.
   * @param onOpen called once events come
   */
  follow(onOpen: () => void, onEvent: (event: ContainerEvent) => void, signal: AbortSignal): Promise<void>;
}

export interface Listed {
  id: string;
  state: ObservedContainer['state'];
  unhealthy: boolean;
}

export function createGuardEngine(docker: Docker, project: string): GuardEngine {
  const label = [`${LABEL.project}=${project}`];
  let last = 0;
  return {
    list: async () => {
      const containers = await docker.listContainers({ all: true, filters: { label } });
      return containers.map(({ Id, State, Status }) => ({
        id: Id,
        state: State as Listed['state'],
        unhealthy: Status.includes('(unhealthy)'),
      }));
    },
    inspect: (id) => inspect(docker, id),
    start: (id) => tolerate(docker.getContainer(id).start(), isUnchanged, isMissing),
    restart: (id) => tolerate(docker.getContainer(id).restart(), isMissing),
    follow: (onOpen, onEvent, signal) => {
      const keepTime = (event: ContainerEvent): void => {
        last = event.nanoseconds;
        onEvent(event);
      };
      return follow(docker, { label, since: last, onOpen, onEvent: keepTime, signal });
    },
  };
}

async function inspect(docker: Docker, id: string): Promise<Patient | null> {
  try {
    const { Name, State, Config, HostConfig } = await docker.getContainer(id).inspect();
    return {
      name: Name.replace(/^\//, ''),
      state: State.Status as Patient['state'],
      unhealthy: State.Health?.Status === 'unhealthy',
      stopSignal: signalNumber((Config as { StopSignal?: string }).StopSignal),
      restarts: !['', 'no'].includes(HostConfig.RestartPolicy?.Name ?? ''),
      outOfMemory: State.OOMKilled,
      exitCode: State.ExitCode,
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** `SIGQUIT`, `QUIT` or `3`; the engine's default is SIGTERM. */
export function signalNumber(name = 'SIGTERM'): number {
  if (/^\d+$/.test(name)) return Number(name);
  const known: Record<string, number> = constants.signals;
  return known[name] ?? known[`SIG${name}`] ?? constants.signals.SIGTERM;
}

interface Following {
  label: string[];
  /** The engine's time of the last event that is known, nanoseconds; 0: none. */
  since: number;
  onOpen(): void;
  onEvent(event: ContainerEvent): void;
  signal: AbortSignal;
}

async function follow(docker: Docker, { label, since, onOpen, onEvent, signal }: Following): Promise<void> {
  const stream = (await docker.getEvents({
    filters: { type: ['container'], event: WATCHED_EVENTS, label },
    ...(since > 0 && { since: secondsAfter(since) }),
    abortSignal: signal,
  })) as Readable;
  onOpen();
  const lines = createInterface({ input: stream }).on('line', (line) => {
    const event = parseEvent(line);
    if (event !== null) onEvent(event);
  });
  // However it ends, it is closed in the end; why is of no use to anybody. The reader repeats the stream's errors.
  for (const emitter of [stream, lines]) emitter.on('error', () => undefined);
  await new Promise((resolve) => stream.once('close', resolve));
}

/** The next microsecond; that is as exact as a number can be here. */
const secondsAfter = (nanoseconds: number): number => (Math.floor(nanoseconds / 1000) + 1) / 1_000_000;
