import type { NgramSource, NgramVisitor } from '../../model/ngrams.js';
import { START, tokensOf } from './tokens.js';

/** The parts of an n-gram: tokens of a word n-gram, characters of a character n-gram. */
export type Ngram = string[];

/** Numbers n-grams; -1 for one that it does not know. */
type Numbering = (key: string) => number;

/** Longest n-grams, in tokens and in characters; the graph's vectorizers are told the same. */
export const MAX_WORDS = 2;
export const MAX_CHARS = 5;
/** The shortest character n-grams. */
export const MIN_CHARS = 2;

/** What onnxruntime's Tokenizer puts around the characters of a token. */
const TOKEN_START = '\u0002';
const TOKEN_END = '\u0003';

// A key tells its kind and its parts: no token holds a blank.
const WORD_KEY = 'w';
const CHAR_KEY = 'c';

/** The parts of the n-gram that a key stands for. */
export const partsOf = (key: string): Ngram =>
  key.startsWith(WORD_KEY) ? key.slice(WORD_KEY.length).split(' ') : Array.from(key.slice(CHAR_KEY.length));

function visitWords(tokens: string[], numberOf: Numbering, visit: NgramVisitor): void {
  for (const [index, token] of tokens.entries()) {
    if (token !== START) visit(numberOf(WORD_KEY + token), 'word');
    const next = tokens[index + 1];
    if (next !== undefined) visit(numberOf(`${WORD_KEY}${token} ${next}`), 'word');
  }
}

function visitChars(token: string, numberOf: Numbering, visit: NgramVisitor): void {
  const chars = [TOKEN_START, ...token, TOKEN_END];
  for (let start = 0; start + MIN_CHARS <= chars.length; start++) {
    let key = CHAR_KEY + (chars[start] ?? '');
    const end = Math.min(start + MAX_CHARS, chars.length);
    for (let index = start + 1; index < end; index++) {
      key += chars[index] ?? '';
      visit(numberOf(key), 'char');
    }
  }
}

/**
 * Visits every n-gram of a text by its number: single tokens and pairs, and the characters of each
 * token with its bounds. The counterpart of `model/ngrams.ts` for a vocabulary of strings.
 */
export const ngramSource =
  (numberOf: Numbering): NgramSource =>
  (text, visit) => {
    const tokens = tokensOf(text);
    visitWords(tokens, numberOf, visit);
    for (const token of tokens) if (token !== START) visitChars(token, numberOf, visit);
  };

/** The same source with a memory: fitting asks for the n-grams of a text many times. */
export function remembering(ngramsOf: NgramSource): NgramSource {
  const known = new Map<string, { words: Int32Array; chars: Int32Array }>();
  const look = (text: string) => {
    const words: number[] = [];
    const chars: number[] = [];
    ngramsOf(text, (number, kind) => (kind === 'word' ? words : chars).push(number));
    const found = { words: Int32Array.from(words), chars: Int32Array.from(chars) };
    known.set(text, found);
    return found;
  };
  return (text, visit) => {
    const { words, chars } = known.get(text) ?? look(text);
    for (const number of words) visit(number, 'word');
    for (const number of chars) visit(number, 'char');
  };
}

/** A numbering that gives every new n-gram the next number, and the keys in that order. */
export function growingNumbering(): { numberOf: Numbering; keys: string[] } {
  const numbers = new Map<string, number>();
  const keys: string[] = [];
  const numberOf = (key: string): number => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    keys.push(key);
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  };
  return { numberOf, keys };
}

/** A numbering by place in a list, that learns nothing more. */
export function fixedNumbering(keys: string[]): Numbering {
  const numbers = new Map(keys.map((key, number) => [key, number]));
  return (key) => numbers.get(key) ?? -1;
}
