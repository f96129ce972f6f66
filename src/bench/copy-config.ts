import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.js';
import type { ResolvedConfig } from '../config/resolved.js';

/**
 * The configuration of an isolated copy: a name of its own, which no configuration can have, because
 * a project's name holds no dot; a state folder of its own; nothing of the project is written or run.
 * One client has one address, so shares by address would lead all of its requests to one API: the
 * copy has none, and its client gets the default API. Pure.
 */
export function copyConfig(config: ResolvedConfig): ResolvedConfig {
  const project = `${config.project}.bench`;
  return {
    ...config,
    project,
    stateDir: join(cacheFolder(), 'bench', project),
    gateway: { ...config.gateway, tls: { ...config.gateway.tls, caFile: null } },
    routes: { ...config.routes, weights: [] },
    guard: false,
    hooks: { ...config.hooks, beforeUp: null, afterUp: null, beforeDown: null },
  };
}
