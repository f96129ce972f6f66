import type { RouteConfig } from '../../config/types.js';
import type { Branches } from '../nginx/branches.js';
import { hostOf, namingOf } from '../nginx/naming.js';
import { placeOf, textOfDirective } from '../nginx/parse.js';
import { createApiGroups, namesOf, type ApiGroup } from './api-groups.js';
import type { ImportContext } from './context.js';
import { wholeShares, type Share } from './shares.js';

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
  const oneOf = createChooser(groups, where, context);
  const fallback =
    heaviest(rest)?.group ??
    [...branches.rules, ...branches.weights].map(({ result }) => oneOf(result)).find((group) => group !== undefined);
  if (fallback === undefined) return [];
  if (rest.length === 0) leaveRest(branches.otherwise, fallback, where, context);
  const leadTo: LeadTo = (result, what) => {
    const group = oneOf(result);
    if (group === undefined) leaveRule(what, result, where, context);
    return group ? [group] : [];
  };
  const rules = uniqueRules(branches).flatMap(({ header, value, result }) =>
    leadTo(result, `the rule ${header}: ${value}`).map(({ name }) => ({ header, value, to: name })),
  );
  const exact = exactShares(branches, rest, fallback, leadTo);
  const shares = wholeShares(exact);
  // With one place to go to, rules say nothing.
  if ([...rules, ...shares].every(({ to }) => to === fallback.name)) return [{ to: fallback.name }];
  leaveRounding(exact, shares, where, context);
  if (exact.length > 0 && rest.length > 1)
    notes.leave(
      'weights of servers',
      where,
      'nginx draws an API for each request; with fortress each client keeps its API',
    );
  return [...rules, ...shares, { to: fallback.name }];
}

/** The API that a rule leads to, if there is one. @param what that is told where there is none */
type LeadTo = (result: string, what: string) => ApiGroup[];

/** Of the clients that no rule took: those that are drawn, and then those that an upstream shares out. */
function exactShares({ weights }: Branches, rest: Shares, fallback: ApiGroup, leadTo: LeadTo): Share[] {
  const drawn = weights.reduce((sum, { percent }) => sum + percent, 0);
  const clients = weights.flatMap(({ percent, result }) =>
    leadTo(result, `a share of ${percent} %`).map(({ name }) => ({ weight: percent, to: name })),
  );
  return [...clients, ...percentsOf(rest, fallback, 100 - drawn)];
}

type Shares = { group: ApiGroup; weight: number }[];

const heaviest = (shares: Shares): Shares[number] | undefined => shares.toSorted((a, b) => b.weight - a.weight)[0];

/** The one API that a rule can lead to: of several the heaviest, and that is told once. */
function createChooser(
  groups: ReturnType<typeof createApiGroups>,
  where: string,
  { notes }: ImportContext,
): (address: string) => ApiGroup | undefined {
  const chosen = new Map<string, ApiGroup | undefined>();
  return (address) => {
    if (chosen.has(address)) return chosen.get(address);
    const shares = (groups.destinationOf(address)?.shares ?? []).toSorted((a, b) => b.weight - a.weight);
    const group = shares[0]?.group;
    chosen.set(address, group);
    if (group && shares.length > 1)
      notes.leave(
        `the shares of ${shares.map((share) => share.group.name).join(', ')} in ${hostOf(address)}`,
        where,
        `a route leads to one API: all these requests go to ${group.name}`,
        'say in routes what they are to be',
      );
    return group;
  };
}

/** Tells of a rule whose API fortress does not run. */
function leaveRule(what: string, result: string, where: string, { notes }: ImportContext): void {
  notes.leave(
    what,
    where,
    hostOf(result) === ''
      ? 'nginx has nowhere to pass these requests on to'
      : `it leads to ${hostOf(result)}, which fortress does not run`,
    'what no rule names goes to the last one of routes',
  );
}

function leaveRest(otherwise: string, { name }: ApiGroup, where: string, { notes }: ImportContext): void {
  const address = hostOf(otherwise);
  notes.leave(
    'requests that no rule names',
    where,
    address === ''
      ? `nginx answers them with an error; fortress passes them on to ${name}`
      : `they go to ${address}, which fortress does not run; it passes them on to ${name}`,
    'say in routes what they are to be',
  );
}

function leaveRounding(exact: Share[], shares: Share[], where: string, { notes }: ImportContext): void {
  for (const [index, { weight, to }] of exact.entries()) {
    const share = shares.filter((other) => other.to === to)[
      exact.slice(0, index).filter((other) => other.to === to).length
    ];
    if (share?.weight !== weight)
      notes.leave(
        `a share of ${Math.round(weight * 1000) / 1000} % for ${to}`,
        where,
        `fortress shares clients out by whole percents, from 1 to 99: ${share?.weight ?? 0}`,
      );
  }
}

/** The first of a header and a value is the one that is asked. */
const uniqueRules = ({ rules }: Branches): Branches['rules'] =>
  rules.filter(
    ({ header, value }, index) =>
      rules.findIndex((other) => other.header === header && other.value === value) === index,
  );

/** Different APIs side by side in one upstream share its requests by their weights. @param percent that they share */
function percentsOf(shares: Shares, fallback: ApiGroup, percent: number): Share[] {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  return shares
    .filter(({ group }) => group !== fallback)
    .map(({ group, weight }) => ({ weight: (percent * weight) / total, to: group.name }));
}

const LOOKS_LIKE_API = /api|model|predict/i;

/**
 * Without a route to them, APIs are those that nginx names as servers and what looks like one: the former first where
 * predictions lead to one of them, and it cannot be told to which.
 */
function guess(context: ImportContext): ImportContext['roles']['others'] {
  const { roles, nginx, notes, compose } = context;
  const named = roles.others.filter((service) => namingOf(namesOf(service), nginx.http) !== null);
  const looking = roles.others.filter(
    ({ name, build, imageFacts }) =>
      LOOKS_LIKE_API.test(name) || (build !== null && (/serv|app/i.test(name) || imageFacts?.port)),
  );
  const kinds = nginx.prediction?.branches === null ? [named, looking] : [looking, named];
  const found = kinds.find((services) => services.length > 0) ?? [];
  const [first] = found;
  if (first === undefined) return [];
  const names = found.map(({ name }) => name).join(', ');
  notes.leave(
    'which API answers',
    found.map(({ name }) => compose.placeOf('services', name)),
    `${whyGuessed(names, found === named, found.length === 1, context)} all requests go to ${first.name}`,
    'say in routes which requests go where',
  );
  return found;
}

function whyGuessed(names: string, isNamed: boolean, isOne: boolean, { nginx, compose }: ImportContext): string {
  const look = isOne ? `${names} looks like an API, and` : `${names} look like APIs, and`;
  if (nginx.http.length === 0) return `no configuration of nginx says so; ${look}`;
  if (isNamed && nginx.prediction?.branches === null)
    return `nginx passes requests on to ${names}, and when to which cannot be told;`;
  return `nginx passes predictions on to none that ${compose.file} runs; ${isNamed ? `it names ${names} elsewhere, and` : look}`;
}
