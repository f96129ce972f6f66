import type { EngineAddress } from '../../engine/docker/address.js';
import type { Protection } from '../engine-state.js';
import type { DoctorContext, Finding, Probe } from '../probe.js';

/** Whether what fortress asks of the engine to confine containers is done here. */
export const protection: Probe = {
  id: 'engine.protection',
  run: async ({ engine }: DoctorContext) => {
    if (engine.state !== 'ready') return [];
    const { facts, address } = engine;
    return [judgeLimits(facts.protection), judgeSystemCalls(facts.protection), judgeAccess(facts.protection, address)];
  },
};

/** Pure. */
export function judgeLimits({ limitsMemory, limitsProcesses }: Protection): Finding {
  const base = { title: 'Limits', why: 'without them one container can take the whole machine down', fix: null };
  const missing = [...(limitsMemory ? [] : ['memory']), ...(limitsProcesses ? [] : ['processes'])];
  if (missing.length === 0) return { ...base, status: 'ok', found: 'memory and processes can be limited' };
  return {
    ...base,
    status: 'warn',
    found: `this kernel cannot limit ${missing.join(' and ')}: the engine leaves these limits out`,
    fix: 'switch the control groups on: `cgroup_enable=memory` on the kernel’s command line, then start the machine anew',
  };
}

/** Pure. */
export function judgeSystemCalls({ seccompProfile, mandatoryAccess, rootless }: Protection): Finding {
  const base = {
    title: 'Isolation',
    why: 'containers share the kernel: the fewer of its system calls they can make, the fewer of its faults they can use',
    fix: null,
  };
  const more = [...mandatoryAccess, ...(rootless ? ['an engine without root'] : [])];
  if (seccompProfile !== null)
    return { ...base, status: 'ok', found: [`seccomp (${seccompProfile})`, ...more].join(', ') };
  return {
    ...base,
    status: 'warn',
    found: ['containers may make every system call', ...more].join(', '),
    fix: 'take `seccomp-profile: unconfined` from the engine’s configuration, or use a kernel that has seccomp',
  };
}

/** Pure. */
export function judgeAccess({ openToNetwork }: Protection, { url, certificates }: EngineAddress): Finding {
  const base = { title: 'Engine access', why: 'who reaches the engine is root on its machine', fix: null };
  const isPlain = /^(?:tcp|http):/.test(url) && certificates === undefined;
  if (openToNetwork === null && !isPlain) return { ...base, status: 'ok', found: 'not open to the network' };
  return {
    ...base,
    status: 'warn',
    found: openToNetwork ?? `${url} is spoken to without TLS: neither side proves who it is`,
    fix: 'let the engine listen on its socket only, and reach it by `DOCKER_HOST=ssh://…` or with TLS',
  };
}
