import { textOfDirective, type Directive } from './parse.js';

/** A directive that stands in one of two configurations. */
export interface Difference {
  directive: Directive;
  /** The block that it stands in, or would; null: none. */
  parent: Directive | null;
}

export interface Differences {
  added: Difference[];
  missing: Difference[];
}

/**
 * Compares two configurations by what nginx makes of them. Blocks that stand in both are entered; of one that stands in
 * one of them it is the whole that counts. Pure.
 * @param counts whether a directive is looked at
 */
export function compare(
  theirs: readonly Directive[],
  ours: readonly Directive[],
  counts: (directive: Directive) => boolean,
  parent: Directive | null = null,
): Differences {
  const rest = new Map<string, Directive[]>();
  for (const directive of ours.filter(counts)) {
    const key = keyOf(directive, parent);
    rest.set(key, [...(rest.get(key) ?? []), directive]);
  }
  const differences: Differences = { added: [], missing: [] };
  const common: Directive[] = [];
  for (const directive of theirs.filter(counts)) {
    const same = rest.get(keyOf(directive, parent))?.shift();
    if (same) common.push(same);
    if (!same) differences.added.push({ directive, parent });
    else if (directive.block && same.block) {
      const inside = compare(directive.block, same.block, counts, directive);
      differences.added.push(...inside.added);
      differences.missing.push(...inside.missing);
    } else if (isOutOfOrder(same, common, ours, parent)) differences.added.push({ directive, parent });
  }
  differences.missing.push(...[...rest.values()].flat().map((directive) => ({ directive, parent })));
  return differences;
}

/** The first that fits decides: in lists of addresses, and among the regular expressions of a map. */
function isOutOfOrder(
  directive: Directive,
  before: readonly Directive[],
  ours: readonly Directive[],
  parent: Directive | null,
): boolean {
  const counts = ({ name }: Directive): boolean =>
    parent?.name === 'map' ? name.startsWith('~') : name === 'allow' || name === 'deny';
  if (!counts(directive)) return false;
  const previous = before.slice(0, -1).findLast(counts);
  return previous !== undefined && ours.indexOf(previous) > ours.indexOf(directive);
}

/** Servers have nothing but what they listen to that tells them apart. */
function keyOf(directive: Directive, parent: Directive | null): string {
  const { name, block } = directive;
  const listens = name === 'server' && block ? block.filter((inner) => inner.name === 'listen') : [];
  const text = [directive, ...listens].map(textOfDirective).join(' ');
  if (name === 'proxy_cache_key') return text.replace(/ \w* ?(?=\$remote_addr)/, ' ');
  if (parent?.name === 'upstream') return text.replaceAll(ADDRESS, 'address');
  if (parent?.name !== 'map') return text;
  if (parent.args[0] === '$asked_address') return text.replaceAll(ADDRESS, 'address');
  // What errors say tells numbers that stand elsewhere, too.
  return parent.args[1] === '$message' ? text.replaceAll(/\d+[kmg]?\b/g, 'number') : text;
}

const ADDRESS = /(?:\d+\.){3}\d+(?::\d+)?/g;
