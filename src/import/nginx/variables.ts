import type { Notes } from '../notes.js';
import { always, chain, type Branches } from './branches.js';
import { holdsSecret, isSecretHeader } from '../secret-values.js';
import { valuesOfKey, valuesOfPattern, type HeaderValues } from './header-values.js';
import { named, placeOf, textOfDirective, type Directive } from './parse.js';

/** Maps of maps of maps: more steps than any configuration has. */
const DEEPEST = 8;

/** What the variables of a configuration may be. */
export interface Variables {
  /**
   * What a text with variables may be; null where it hangs on what fortress does not ask about.
   * @param scope directives among which `set` and `if` are looked for, the innermost block first
   */
  branchesOf(text: string, scope: readonly Directive[][]): Branches | null;
  /** What an `if` says of a header of the request, as rules that lead to the result; empty: nothing. */
  rulesOfIf(condition: Directive, result: string): Branches['rules'];
}

/** Words that a request brings and that have nothing to do with where it goes. */
const OF_THE_REQUEST = /\$\{?(?:request_uri|uri|document_uri|is_args|args|query_string|path)\b\}?/g;
const VARIABLE = /\$\{(?<braced>\w+)\}|\$(?<bare>\w+)/;

/** @param http the directives of the `http` block */
export function createVariables(http: readonly Directive[], notes: Notes): Variables {
  const told = new Set<Directive>();
  const once = (directive: Directive, tell: () => void): void => {
    if (told.has(directive)) return;
    told.add(directive);
    tell();
  };

  function branchesOf(text: string, scope: readonly Directive[][], depth = 0): Branches | null {
    const plain = text.replaceAll(OF_THE_REQUEST, '');
    const match = VARIABLE.exec(plain);
    if (!match) return always(plain);
    if (depth >= DEEPEST) return null;
    const name = match.groups?.['braced'] ?? match.groups?.['bare'] ?? '';
    const of = variable(name, scope, depth);
    return (
      of &&
      chain(of, (result) =>
        branchesOf(
          plain.replace(match[0], () => result),
          scope,
          depth + 1,
        ),
      )
    );
  }

  function variable(name: string, scope: readonly Directive[][], depth: number): Branches | null {
    const map = http.find(({ name: kind, args }) => kind === 'map' && args[1] === `$${name}`);
    if (map) return ofMap(map, scope, depth);
    const split = http.find(({ name: kind, args }) => kind === 'split_clients' && args[1] === `$${name}`);
    if (split) return ofSplit(split);
    for (const block of scope) {
      const set = ofSet(`$${name}`, block);
      if (set) return set;
    }
    return null;
  }

  function ofMap(map: Directive, scope: readonly Directive[][], depth: number): Branches | null {
    const [source = ''] = map.args;
    const entries = (map.block ?? []).filter(
      ({ name, args }) => args.length === 1 && !['include', 'default'].includes(name),
    );
    const otherwise = named(map.block ?? [], 'default').at(-1)?.args[0] ?? '';
    const header = headerOf(source);
    if (header === null) {
      const of = source === '' ? always('') : branchesOf(source, scope, depth + 1);
      return of && chain(of, (result) => always(lookUp(result, entries, otherwise)));
    }
    const missing = entries.find(({ name }) => name === '')?.args[0] ?? otherwise;
    if (missing !== otherwise) once(map, () => leaveAnyOther(header, map, otherwise));
    return { rules: entries.flatMap((entry) => ruleOf(header, entry, missing)), weights: [], otherwise: missing };
  }

  /** Without the header a request goes elsewhere than with any value of it. */
  function leaveAnyOther(header: string, map: Directive, result: string): void {
    notes.leave(
      result === '' ? `${header}: any other value` : `${header}: any other value, which leads to ${result}`,
      placeOf(named(map.block ?? [], 'default').at(-1) ?? map),
      `${result === '' ? 'nginx answers it with an error; ' : ''}fortress compares a header with exact values, and what no rule names goes where it goes without the header`,
      'name the values in routes, one rule each',
    );
  }

  function ruleOf(header: string, entry: Directive, otherwise: string): Branches['rules'] {
    const [result = ''] = entry.args;
    // Absent is the default; and what leads there needs no rule.
    if (entry.name === '' || result === otherwise) return [];
    return asRules(header, valuesOfKey(entry.name), result, entry);
  }

  function asRules(header: string, found: HeaderValues | null, result: string, from: Directive): Branches['rules'] {
    if (isSecretHeader(header) || found?.values.some(holdsSecret)) {
      once(from, () =>
        notes.leave(
          `a rule by ${header}`,
          placeOf(from),
          'its value looks like a secret: it is neither shown nor written down',
          'name it in routes, with its value from process.env',
        ),
      );
      return [];
    }
    const usable = found?.values.filter((value) => /^[A-Za-z0-9._~-]{1,256}$/.test(value)) ?? [];
    if (usable.length === 0) {
      once(from, () =>
        notes.leave(
          `the rule ${textOfDirective(from)}`,
          placeOf(from),
          'fortress compares a header with exact values of letters, digits and . _ ~ -',
          'name the values in routes, one rule each',
        ),
      );
    } else if (found?.looser) {
      const { looser } = found;
      once(from, () =>
        notes.leave(
          `${header}: ${usable.join(', ')} ${looser}`,
          placeOf(from),
          `nginx takes ${usable[0]} ${looser} here; fortress takes exactly ${usable[0]}`,
        ),
      );
    }
    return usable.map((value) => ({ header, value, result }));
  }

  function ofSplit(split: Directive): Branches | null {
    const shares = (split.block ?? []).filter(({ args }) => args.length === 1);
    const rest = shares.find(({ name }) => name === '*')?.args[0];
    const weights = shares.flatMap(({ name, args: [result = ''] }) =>
      name.endsWith('%') ? [{ percent: Number(name.slice(0, -1)), result }] : [],
    );
    if (!weights.every(({ percent }) => percent > 0 && percent <= 100)) return null;
    const percents = weights.reduce((sum, { percent }) => sum + percent, 0);
    // Where nothing is over, the last share is what is left of the others.
    const isAll = rest === undefined || percents >= 100;
    const otherwise = isAll ? (weights.at(-1)?.result ?? '') : rest;
    if (rest === undefined && percents < 100)
      once(split, () =>
        notes.leave(
          `${Math.round((100 - percents) * 100) / 100} % of the clients, to which no share belongs`,
          placeOf(split),
          `nginx answers them with an error; fortress sends them to where the last share leads: ${otherwise}`,
        ),
      );
    if (!/remote_addr|^\$split_client$/.test(split.args[0] ?? '')) {
      once(split, () =>
        notes.leave(
          `shares by ${split.args[0]}`,
          placeOf(split),
          'fortress shares clients out by their address, so that each keeps its API',
        ),
      );
    }
    return { rules: [], weights: isAll ? weights.slice(0, -1) : weights, otherwise };
  }

  /** `set $api v1; if ($http_x_group = debug) { set $api v2; }` */
  function ofSet(variableName: string, block: readonly Directive[]): Branches | null {
    const first = named(block, 'set').find(({ args }) => args[0] === variableName);
    const rules = named(block, 'if').flatMap((condition) => {
      const set = named(condition.block ?? [], 'set').findLast(({ args }) => args[0] === variableName);
      return set ? rulesOfIf(condition, set.args[1] ?? '') : [];
    });
    if (first === undefined && rules.length === 0) return null;
    // Of several that are true, nginx goes by the last.
    return { rules: rules.toReversed(), weights: [], otherwise: first?.args[1] ?? '' };
  }

  function rulesOfIf(condition: Directive, result: string): Branches['rules'] {
    const found = conditionOf(condition);
    return found ? asRules(found.header, found.values, result, condition) : [];
  }

  return { branchesOf: (text, scope) => branchesOf(text, scope), rulesOfIf };
}

/** A condition on a request header: `if ($http_x_group = "debug")`; null: it is about something else. Pure. */
export function conditionOf({ args }: Directive): { header: string; values: HeaderValues | null } | null {
  const words = args
    .join(' ')
    .replace(/^\(\s*/, '')
    .replace(/\s*\)$/, '');
  const {
    variable = '',
    operator,
    value = '',
  } = /^(?<variable>\$\w+)\s*(?<operator>=|~\*?)\s*(?<value>.*)$/.exec(words)?.groups ?? {};
  const header = headerOf(variable);
  if (header === null || operator === undefined) return null;
  const plain = value.replaceAll(/^["']|["']$/g, '');
  if (operator === '=') return { header, values: { values: [plain], looser: null } };
  return { header, values: valuesOfPattern(plain, operator === '~*') };
}

/** `$http_x_experiment_group` → `X-Experiment-Group`; null: no header of the request. Pure. */
function headerOf(variable: string): string | null {
  const name = /^\$\{?http_(?<name>[a-z0-9]+(?:_[a-z0-9]+)*)\}?$/i.exec(variable)?.groups?.['name'];
  if (name === undefined) return null;
  return name
    .split('_')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1).toLowerCase())
    .join('-');
}

/** What a map makes of a text that is known. */
function lookUp(text: string, entries: Directive[], otherwise: string): string {
  const entry = entries.find(({ name }) =>
    name.startsWith('~') ? valuesOfKey(name)?.values.includes(text) : name.toLowerCase() === text.toLowerCase(),
  );
  return entry?.args[0] ?? otherwise;
}
