import { withoutComments } from './blocks.js';

/** A directive of nginx: its words as they were written, quotes included, and its block where it has one. */
export interface Directive {
  words: string[];
  block: Directive[] | null;
}

/** A quoted word, a bracket or semicolon, or a word that is not quoted: that one goes on up to a space, `;` or `{`. */
const TOKEN = /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|[;{}]|(?:\\[^]|\$\{\w+\}|[^\s;{])+/g;

/** The directives of a configuration, without its comments. Pure. */
export function parseNginx(configuration: string): Directive[] {
  const root: Directive[] = [];
  const open = [root];
  let words: string[] = [];
  for (const [token] of withoutComments(configuration).matchAll(TOKEN)) {
    const block = open.at(-1) ?? root;
    if (token === ';') block.push({ words, block: null });
    else if (token === '{') {
      const inner: Directive[] = [];
      block.push({ words, block: inner });
      open.push(inner);
    } else if (token === '}') open.pop();
    else {
      words.push(token);
      continue;
    }
    words = [];
  }
  return root;
}

/** The text that nginx reads. Pure. */
export const formatNginx = (directives: Directive[], indent = ''): string =>
  directives
    .map(({ words, block }) =>
      block === null
        ? `${indent}${words.join(' ')};\n`
        : `${indent}${words.join(' ')} {\n${formatNginx(block, `${indent}    `)}${indent}}\n`,
    )
    .join('');

/**
 * Changes every directive, the innermost first; what is given back takes its place. Pure.
 * @param change gets the directive with its block already changed
 */
export const rewrite = (directives: Directive[], change: (directive: Directive) => Directive[]): Directive[] =>
  directives.flatMap(({ words, block }) => change({ words, block: block && rewrite(block, change) }));
