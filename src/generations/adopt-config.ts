import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { resolveConfig } from '../config/resolve.js';
import type { ResolvedApi, ResolvedConfig } from '../config/resolved.js';

/**
 * The configuration of a generation as this version of fortress would have resolved it here: what an
 * older one did not know has its default, and a project that was moved is where it is now. Models keep their paths:
 * a generation knows its copies by them. Pure.
 * @param stateDir the state folder that the generation was found in
 */
export function adoptConfig(recorded: ResolvedConfig, stateDir: string): ResolvedConfig {
  const root = dirname(stateDir);
  const config = fill(recorded, resolveConfig({ project: recorded.project }, root));
  const { tls } = config.gateway;
  const moved = (path: string): string => movedPath(path, recorded.root, root);
  return {
    ...config,
    root,
    stateDir,
    gateway: {
      ...config.gateway,
      tls: {
        ...tls,
        caFile: tls.caFile && moved(tls.caFile),
        own: tls.own && {
          certificate: moved(tls.own.certificate),
          certificateKey: moved(tls.own.certificateKey),
          ca: tls.own.ca && moved(tls.own.ca),
        },
      },
    },
    apis: recorded.apis.map((api) => {
      const [defaults] = resolveConfig({ apis: { [api.name]: {} } }, root).apis;
      return withPaths(defaults === undefined ? api : fill(api, defaults), moved);
    }),
  };
}

/** Where a path is since its project was moved; what lies outside of the project stays where it is. */
function movedPath(path: string, from: string, to: string): string {
  const inside = relative(from, path);
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? path : resolve(to, inside);
}

const withPaths = (api: ResolvedApi, moved: (path: string) => string): ResolvedApi => ({
  ...api,
  backend: api.backend.kind === 'build' ? { ...api.backend, context: moved(api.backend.context) } : api.backend,
  secrets: Object.fromEntries(Object.entries(api.secrets).map(([name, path]) => [name, moved(path)])),
});

/** Keys that are missing have their default; lists and null are values like any other. */
function fill<T extends object>(given: T, defaults: T): T {
  const filled = { ...defaults, ...given };
  for (const key of Object.keys(defaults) as (keyof T)[]) {
    const [value, fallback] = [filled[key], defaults[key]];
    if (isObject(value) && isObject(fallback)) filled[key] = fill(value, fallback);
  }
  return filled;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
