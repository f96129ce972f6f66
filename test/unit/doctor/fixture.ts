import { resolveConfig } from '../../../src/config/resolve.js';
import type { FortressConfig } from '../../../src/config/types.js';
import type { EngineFacts, EngineState } from '../../../src/doctor/engine-state.js';
import type { DoctorContext } from '../../../src/doctor/probe.js';

const ADDRESS = { url: 'unix:///var/run/docker.sock', origin: 'default socket' };

export const ready = (facts: Partial<EngineFacts> = {}, url = ADDRESS.url): EngineState => ({
  state: 'ready',
  address: { ...ADDRESS, url },
  facts: {
    version: '20.10.24',
    apiVersion: '1.41',
    architecture: 'amd64',
    cpus: 2,
    memory: 4 * 1024 ** 3,
    dataFolder: '/',
    containers: [],
    imageTools: { needed: false, reason: 'docker.io answers' },
    protection: {
      limitsMemory: true,
      limitsProcesses: true,
      seccompProfile: 'default',
      mandatoryAccess: [],
      rootless: false,
      openToNetwork: null,
    },
    ...facts,
  },
});

export const notReady = (
  state: Exclude<EngineState['state'], 'ready'>,
  address: { url: string; origin: string } = ADDRESS,
): EngineState => ({ state, address, message: 'no Docker Engine answers', why: 'connect ENOENT', hint: 'start it' });

export const context = (engine: EngineState, input: FortressConfig = {}): DoctorContext => ({
  engine,
  config: resolveConfig({ project: 'sentiment', ...input }, '/srv/sentiment'),
  configured: true,
});
