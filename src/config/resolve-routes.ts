import { configError } from '../errors.js';
import { escapeUnseen } from './escape-unseen.js';
import { DEFAULT_PRESET } from './presets.js';
import type { ResolvedRoutes } from './resolved.js';
import type { RouteConfig } from './types.js';

/** What is left for the default is at least one client of a hundred. */
const MOST_WEIGHT = 99;

const EXAMPLE =
  "e.g. [{ header: 'X-Experiment-Group', value: 'debug', to: 'v2' }, { weight: 10, to: 'v2' }, { to: 'v1' }]";

/**
 * The routes as steps of one decision; without any, those of the default preset that fit the APIs. Pure.
 * @param apis names of the APIs, at least one
 * @throws FortressError (exit 2) where a rule leads nowhere, is two kinds at once, or would never be asked
 */
export function resolveRoutes(input: RouteConfig[] | undefined, apis: string[]): ResolvedRoutes {
  const [first] = apis;
  if (first === undefined) throw configError('apis: found {}; expected at least one API, e.g. { v1: {} }');
  if (input === undefined) return usualRoutes(apis, first);
  const kinds = input.map((route, index) => kindOf(route, index, apis));
  assertDefaultAtEnd(kinds);
  assertHeadersFirst(kinds);
  const routes = {
    default: input.at(-1)?.to ?? first,
    rules: input.flatMap(({ header, value, to }) =>
      header !== undefined && value !== undefined ? [{ header, value, to }] : [],
    ),
    weights: input.flatMap(({ weight, to }) => (weight === undefined ? [] : [{ percent: weight, to }])),
  };
  assertRestForDefault(routes);
  return routes;
}

function usualRoutes(apis: string[], first: string): ResolvedRoutes {
  const rules = DEFAULT_PRESET.routes.flatMap(({ header, value, to }) =>
    header !== undefined && value !== undefined && apis.includes(to) && apis.length > 1 ? [{ header, value, to }] : [],
  );
  return { default: apis.includes('v1') ? 'v1' : first, rules, weights: [] };
}

type Kind = 'header' | 'weight' | 'default';

function kindOf({ header, value, weight, to }: RouteConfig, index: number, apis: string[]): Kind {
  if (!apis.includes(to))
    throw configError(`routes[${index}].to: found "${escapeUnseen(to)}"; expected one of apis: ${apis.join(', ')}`);
  if (weight !== undefined && (header !== undefined || value !== undefined)) {
    throw configError(
      `routes[${index}].weight: found ${weight} beside ${header === undefined ? '"value"' : '"header"'}; expected a rule by header or one by weight`,
      { hint: EXAMPLE },
    );
  }
  if (weight !== undefined) return 'weight';
  if (header === undefined && value === undefined) return 'default';
  if (header === undefined || value === undefined) {
    throw configError(
      `routes[${index}]: found only ${header === undefined ? '"value"' : '"header"'}; expected both header and value, or neither`,
    );
  }
  return 'header';
}

function assertDefaultAtEnd(kinds: Kind[]): void {
  const defaults = kinds.filter((kind) => kind === 'default').length;
  if (defaults === 1 && kinds.at(-1) === 'default') return;
  const found =
    defaults === 1 ? 'the rule without header and weight before others' : `${defaults} rules without header and weight`;
  throw configError(`routes: found ${found}; expected one, the default, at the end`, { hint: EXAMPLE });
}

function assertHeadersFirst(kinds: Kind[]): void {
  const late = kinds.lastIndexOf('header');
  const weight = kinds.indexOf('weight');
  if (weight === -1 || late < weight) return;
  throw configError(
    `routes[${late}]: found a header rule behind routes[${weight}], which has a weight; expected all header rules first, as they are asked first`,
    { hint: EXAMPLE },
  );
}

function assertRestForDefault({ default: fallback, weights }: ResolvedRoutes): void {
  const sum = weights.reduce((total, { percent }) => total + percent, 0);
  if (sum <= MOST_WEIGHT) return;
  throw configError(
    `routes: found weights of ${weights.map(({ percent }) => percent).join(' + ')} = ${sum}; expected at most ${MOST_WEIGHT} together, the rest is for the default "${fallback}"`,
  );
}
