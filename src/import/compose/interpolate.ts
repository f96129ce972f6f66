const VARIABLE = /\$(?:\$|\{(?<braced>[A-Za-z_]\w*)(?:(?<operator>:?[-?+])(?<word>[^{}]*))?\}|(?<bare>[A-Za-z_]\w*))/g;

/**
 * Text of a compose file as compose reads it, with the variables of the project's `.env` and the defaults that
 * stand in the file; one with neither is empty. Pure.
 */
export const interpolate = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(VARIABLE, (whole, ...rest) => {
    const { braced, bare, operator, word = '' } = rest.at(-1) as Record<string, string | undefined>;
    if (whole === '$$') return '$';
    const value = values[braced ?? bare ?? ''];
    const isThere = value !== undefined && (value !== '' || !operator?.startsWith(':'));
    if (operator?.endsWith('+')) return isThere ? word : '';
    if (operator?.endsWith('-')) return isThere ? value : word;
    return value ?? '';
  });

/** The same for every text in a value. Pure. */
export function interpolateAll(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolate(value, values);
  if (Array.isArray(value)) return value.map((item) => interpolateAll(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolateAll(item, values)]));
}

/** Names of the variables of a text that have neither a value nor a default. Pure. */
export const unsetVariables = (text: string, values: Readonly<Record<string, string>>): string[] =>
  [...text.matchAll(VARIABLE)].flatMap(({ groups }) => {
    const name = groups?.['braced'] ?? groups?.['bare'];
    const hasDefault = /[-+]$/.test(groups?.['operator'] ?? '');
    return name === undefined || values[name] !== undefined || hasDefault ? [] : [name];
  });

/** Whether a text takes anything from elsewhere. Pure. */
export const hasVariable = (text: string): boolean => [...text.matchAll(VARIABLE)].some(([whole]) => whole !== '$$');
