import type { ResolvedConfig } from '../../config/resolved.js';
import type { DoctorContext, Finding, Probe } from '../probe.js';

const MIB = 1024 ** 2;
/** Bytes that a replica of the model server uses under load, and all other services together. */
const PER_REPLICA = 150 * MIB;
const OTHER_SERVICES = 400 * MIB;
const COMFORTABLE_CPUS = 2;

export const resources: Probe = {
  id: 'resources',
  run: async ({ engine, config }: DoctorContext) => {
    const { cpus, memory } = engine.state === 'ready' ? engine.facts : { cpus: null, memory: null };
    return [judgeMemory(memory, config), judgeCpus(cpus)];
  },
};

/** Pure. */
export function judgeMemory(memory: number | null, { apis }: ResolvedConfig): Finding {
  const replicas = apis.reduce((sum, api) => sum + api.replicas, 0);
  const needed = replicas * PER_REPLICA + OTHER_SERVICES;
  const base = {
    title: 'Memory',
    why: `${replicas} model servers, the gateway and monitoring use up to ${Math.round(needed / MIB)} MiB`,
    fix: null,
  };
  if (memory === null) return { ...base, status: 'skip', found: 'no engine to ask' };
  const found = `${Math.round(memory / MIB)} MiB`;
  if (memory >= needed) return { ...base, status: 'ok', found };
  return {
    ...base,
    status: 'warn',
    found,
    fix: 'give the engine more memory, or run fewer replicas (apis.*.replicas)',
  };
}

/** Pure. */
export function judgeCpus(cpus: number | null): Finding {
  const base = {
    title: 'Processors',
    why: 'gateway and model servers share them; with one, each waits for the other',
    fix: null,
  };
  if (cpus === null) return { ...base, status: 'skip', found: 'no engine to ask' };
  if (cpus >= COMFORTABLE_CPUS) return { ...base, status: 'ok', found: String(cpus) };
  return { ...base, status: 'warn', found: String(cpus), fix: 'give the engine a second processor' };
}
