/** At the beginning of a word: a quoted one, or a comment. In the middle of one, quotes and `#` stand for themselves. */
const QUOTED_OR_COMMENT = /(?<![^\s;{}])(?:("(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*')|#.*)/g;

/** nginx' configuration without its comments. Pure. */
export const withoutComments = (configuration: string): string =>
  configuration.replaceAll(QUOTED_OR_COMMENT, (_text, quoted?: string) => quoted ?? '');

/** A block of nginx' configuration: `opening { body }`. */
export interface Block {
  opening: RegExpMatchArray;
  body: string;
}

/**
 * The blocks of a configuration without comments. Pure.
 * @param opening global, up to and with the brace
 */
export const blocksIn = (configuration: string, opening: RegExp): Block[] =>
  [...configuration.matchAll(opening)].map((match) => ({
    opening: match,
    body: bodyAt(configuration, match.index + match[0].length),
  }));

/** What stands between a brace that was just opened and the one that closes it. */
function bodyAt(text: string, start: number): string {
  let depth = 1;
  let end = start;
  for (; end < text.length && depth > 0; end += 1) {
    if (text[end] === '{') depth += 1;
    if (text[end] === '}') depth -= 1;
  }
  return text.slice(start, end - 1);
}
