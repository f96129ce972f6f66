import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { operationError } from '../../../src/errors.js';
import type { Load } from './load.js';

/** What became of one killed replica. */
export interface Kill {
  replica: string;
  /** Seconds from the kill to its next answer to a client. */
  backAfter: number;
}

/** Seconds. */
const PATIENCE = 60;
const POLL = 20;

/**
 * Kills replicas of the first API with SIGKILL in turn, each when the last one answers clients again, and spreads that
 * over `requests` requests of the phase.
 * @throws FortressError (exit 1) when one does not come back within a minute
 */
export async function killInTurn(
  { docker, project, load, phase }: { docker: Docker; project: string; load: Load; phase: string },
  { kills, requests, signal }: { kills: number; requests: number; signal: AbortSignal },
): Promise<Kill[]> {
  const label = [`dev.fortress.project=${project}`, 'dev.fortress.service=api-v1'];
  const names = (await docker.listContainers({ filters: { label } })).flatMap(({ Names }) => Names[0]?.slice(1) ?? []);
  const done: Kill[] = [];
  for (let number = 0; number < kills; number += 1) {
    while (load.sentIn(phase) < (requests * number) / kills) await sleep(POLL, undefined, { signal });
    const name = names[number % names.length] ?? '';
    const replica = name.slice(project.length + 1);
    const killedAt = performance.now();
    await docker.getContainer(name).kill({ signal: 'SIGKILL' });
    const sinceDead = performance.now();
    while (!load.hasAnswered(replica, sinceDead)) {
      if (performance.now() - killedAt > PATIENCE * 1000) {
        throw operationError('NOT_BACK', `${name} did not answer again within ${PATIENCE} s after its kill`);
      }
      await sleep(POLL, undefined, { signal });
    }
    done.push({ replica, backAfter: (performance.now() - killedAt) / 1000 });
  }
  return done;
}
