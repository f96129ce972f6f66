import { configError, type FortressError } from '../../errors.js';

export interface Token {
  kind: 'word' | '{' | '}' | ';' | 'raw';
  /** Of a word: without its quotes and escapes. */
  text: string;
  line: number;
}

/** Directives whose block is a program and no configuration. */
const PROGRAM_BLOCK = /_by_lua_block$/;

/**
 * The words of an nginx configuration, without comments. The program of a Lua block is one token `raw`. Pure.
 * @throws FortressError (exit 2) naming file and line of a quote or program that never ends
 */
export function tokensOf(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  let line = 1;
  const advance = (to: number): void => {
    for (; position < to; position += 1) if (text[position] === '\n') line += 1;
  };
  while (position < text.length) {
    const character = text[position] ?? '';
    if (/\s|\uFEFF/.test(character)) advance(position + 1);
    else if (character === '#') advance(endOfLine(text, position));
    else if (character === '{' && isProgram(tokens)) {
      const end = endOfProgram(text, position);
      if (end === null) throw broken(file, line, 'a program in braces that never end');
      tokens.push({ kind: 'raw', text: '', line });
      advance(end);
    } else if (character === '{' || character === '}' || character === ';') {
      tokens.push({ kind: character, text: character, line });
      advance(position + 1);
    } else {
      const word = character === '"' || character === "'" ? quotedAt(text, position) : bareAt(text, position);
      if (word === null) throw broken(file, line, `a quote ${character} that never ends`);
      tokens.push({ kind: 'word', text: word.text, line });
      advance(word.end);
    }
  }
  return tokens;
}

/** What could not be read, and where: exit 2. */
export const broken = (file: string, line: number, found: string): FortressError =>
  configError(`${file}:${line}: found ${found}`, {
    why: 'this is no configuration that nginx could read',
    hint: 'nginx -t says more; correct the file, then import again',
  });

const isProgram = (tokens: Token[]): boolean => {
  const last = tokens.at(-1);
  return last?.kind === 'word' && PROGRAM_BLOCK.test(last.text);
};

const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
};

/** Braces in strings and comments of the program are counted as well; Lua that balances them is all that is written. */
function endOfProgram(text: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return null;
}

interface Word {
  text: string;
  end: number;
}

function quotedAt(text: string, from: number): Word | null {
  const quote = text[from];
  let word = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === quote) return { text: word, end: at + 1 };
    if (character === '\\' && at + 1 < text.length) {
      at += 1;
      word += unescaped(text[at] ?? '', quote);
    } else word += character;
  }
  return null;
}

/** A backslash is taken off a quote or another backslash, and stays before anything else: `\.` of a pattern. */
const unescaped = (character: string, quote: string | undefined): string =>
  character === quote || character === '\\' || character === '"' || character === "'" ? character : `\\${character}`;

/** Up to a space, `;` or `{`; but `${name}` is a part of the word. */
function bareAt(text: string, from: number): Word {
  let at = from;
  while (at < text.length) {
    const character = text[at] ?? '';
    const variable = character === '$' ? /^\$\{\w+\}/.exec(text.slice(at, at + 140))?.[0] : undefined;
    if (variable !== undefined) at += variable.length;
    else if (character === '\\') at += 2;
    else if (/[\s;{]/.test(character)) break;
    else at += 1;
  }
  const end = Math.min(at, text.length);
  return { text: text.slice(from, end), end };
}
