import { isMapping, textOf, type Mapping } from './document.js';

/** Where none is set: enough for a model, too little to take this machine down. */
const MEMORY = '2g';
const PROCESSES = 1024;

/**
 * A service with a limit to its memory and one to its processes: its own ones, wherever it writes them,
 * or ours. Compose takes what is 0 or less for none at all, and its first generation ignores those of the
 * service as soon as `deploy` has any: so all of them are moved to the service. Pure.
 */
export function withLimits({ mem_limit, memswap_limit, pids_limit, deploy, ...service }: Mapping): Mapping {
  const { limits: _limits, ...resources } = mappingIn(deploy, 'resources');
  const { memory, pids, cpus } = mappingIn(mappingIn(deploy, 'resources'), 'limits');
  const own = firstLimit(memory, mem_limit);
  const swap = own === undefined ? undefined : firstLimit(memswap_limit);
  return {
    ...service,
    ...(isMapping(deploy) ? { deploy: { ...deploy, resources } } : {}),
    ...(cpus === undefined ? {} : { cpus }),
    mem_limit: own ?? MEMORY,
    pids_limit: firstLimit(pids, pids_limit) ?? PROCESSES,
    ...(swap === undefined ? {} : { memswap_limit: swap }),
  };
}

const mappingIn = (value: unknown, key: string): Mapping => {
  const part = isMapping(value) ? value[key] : undefined;
  return isMapping(part) ? part : {};
};

const firstLimit = (...limits: unknown[]): unknown => limits.find((limit) => Number.parseFloat(textOf(limit)) > 0);
