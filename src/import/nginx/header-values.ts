/** What a pattern of a map or an `if` matches, as the exact values that fortress compares with. */
export interface HeaderValues {
  values: string[];
  /** In what respect nginx takes more than these; null: it does not. */
  looser: string | null;
}

/**
 * The values that a key of a `map` stands for: `debug`, `~^debug$`, `~*^(a|b)$`; null for any other pattern. Pure.
 */
export function valuesOfKey(key: string): HeaderValues | null {
  if (!key.startsWith('~')) return { values: [key.replace(/^\\/, '')], looser: looserCase(key) };
  const ignoresCase = key.startsWith('~*');
  return valuesOfPattern(key.slice(ignoresCase ? 2 : 1), ignoresCase);
}

/** The values that a regular expression stands for; null for what is more than words. Pure. */
export function valuesOfPattern(pattern: string, ignoresCase: boolean): HeaderValues | null {
  const {
    start = '',
    words,
    end = '',
  } = /^(?<start>\^?)\(?(?:\?:)?(?<words>(?:[\w~|-]|\\[.~-])+)\)?(?<end>(?:\$|\\z)?)$/.exec(pattern)?.groups ?? {};
  if (words === undefined || /^\||\|$|\|\|/.test(words)) return null;
  const values = words.replaceAll('\\', '').split('|');
  if (start === '' || end === '') return { values, looser: 'anywhere in the value' };
  return { values, looser: ignoresCase ? looserCase(pattern) : null };
}

const looserCase = (text: string): string | null => (/[a-z]/i.test(text) ? 'whatever its upper and lower case' : null);
