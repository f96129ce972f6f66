import type { FastifyInstance } from 'fastify';

/** The methods that exist at a path, in the order of the alphabet; none when there is no such path. */
export type MethodsAt = (path: string) => string[];

/** `/v2/models/:name` fits `/v2/models/any` and nothing below. */
const patternOf = (url: string): RegExp =>
  new RegExp(`^${url.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/:\w+/g, '[^/]+')}$`);

/** Keeps account of the routes that are added after it. */
export function collectRoutes(app: FastifyInstance): MethodsAt {
  const routes: { method: string; pattern: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const single of [method].flat()) routes.push({ method: single, pattern: patternOf(url) });
  });
  return (path) =>
    [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].toSorted();
}
