import type { RouteConfig } from '../../config/types.js';
import type { Branches } from '../nginx/branches.js';
import { placeOf, textOfDirective } from '../nginx/parse.js';
import { createApiGroups, type ApiGroup } from './api-groups.js';
import type { ImportContext } from './context.js';

interface Routing {
  groups: ApiGroup[];
  routes: RouteConfig[];
}

/** Which API answers which requests, and so which services are APIs. */
export function deriveRoutes(context: ImportContext): Routing {
  const { nginx, notes } = context;
  const groups = createApiGroups(context);
  const { prediction } = nginx;
  const branches = prediction?.branches ?? null;
  if (prediction && branches === null) {
    notes.leave(
      textOfDirective(prediction.pass),
      placeOf(prediction.pass),
      'where it leads hangs on something else than a header with exact values or shares of the clients',
      'say in routes what it is to be',
    );
  }
  const routes = branches === null ? [] : routesOf(branches, groups, context);
  if (routes.length > 0) return { groups: groups.all, routes };
  const guessed = guess(context).map((service) => groups.groupOf(service));
  const [first] = guessed;
  return { groups: groups.all, routes: first ? [{ to: first.name }] : [] };
}

function routesOf(
  branches: Branches,
  groups: ReturnType<typeof createApiGroups>,
  context: ImportContext,
): RouteConfig[] {
  const { notes, nginx } = context;
  const where = nginx.prediction ? placeOf(nginx.prediction.pass) : context.compose.file;
  const rest = groups.destinationOf(branches.otherwise)?.shares ?? [];
  const heaviest = rest.toSorted((a, b) => b.weight - a.weight)[0]?.group;
  const oneOf = (address: string): ApiGroup | undefined => groups.destinationOf(address)?.shares[0]?.group;
  const fallback = heaviest ?? branches.rules.map(({ result }) => oneOf(result)).find((group) => group !== undefined);
  if (fallback === undefined) return [];
  const rules = uniqueRules(branches).flatMap(({ header, value, result }) => {
    const group = oneOf(result);
    return group ? [{ header, value, to: group.name }] : [];
  });
  const weights = [
    ...branches.weights.flatMap(({ percent, result }) => {
      const group = oneOf(result);
      return group ? [{ weight: percent, to: group.name }] : [];
    }),
    ...percentsOf(rest, fallback),
  ].map(({ weight, to }) => ({ weight: Math.min(99, Math.max(1, Math.round(weight))), to }));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  if (total > 99) {
    notes.leave(
      'shares of the clients',
      where,
      `they are ${total} % together; at most 99 leave something for the default`,
      'say in routes what they are to be',
    );
  }
  if (weights.length > 0 && rest.length > 1) {
    notes.leave(
      'weights of servers',
      where,
      'nginx draws an API for each request; with fortress each client keeps its API',
    );
  }
  const shares = total > 99 ? [] : weights;
  // With one place to go to, rules say nothing.
  const isOnePlace = [...rules, ...shares].every(({ to }) => to === fallback.name);
  return [...(isOnePlace ? [] : [...rules, ...shares]), { to: fallback.name }];
}

/** The first of a header and a value is the one that is asked. */
const uniqueRules = ({ rules }: Branches): Branches['rules'] =>
  rules.filter(
    ({ header, value }, index) =>
      rules.findIndex((other) => other.header === header && other.value === value) === index,
  );

/** Different APIs side by side in one upstream share its requests by their weights. */
function percentsOf(
  shares: { group: ApiGroup; weight: number }[],
  fallback: ApiGroup,
): { weight: number; to: string }[] {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  return shares
    .filter(({ group }) => group !== fallback)
    .map(({ group, weight }) => ({ weight: (100 * weight) / total, to: group.name }));
}

/** Without a route to them, APIs are what the project builds. */
function guess({ roles, notes, compose }: ImportContext): ImportContext['roles']['others'] {
  const built = roles.others.filter(({ build }) => build !== null);
  const looksRight = built.filter(
    ({ name, imageFacts }) => /api|model|predict|serv|app/i.test(name) || imageFacts?.port,
  );
  if (looksRight.length > 0) {
    notes.leave(
      'which API answers',
      looksRight.map(({ name }) => compose.placeOf('services', name)),
      `nginx passes requests on to none that ${compose.file} runs; ${looksRight.map(({ name }) => name).join(', ')} look like APIs`,
      'say in routes which requests go where',
    );
  }
  return looksRight;
}
