import type { Ngrams, NgramSource } from '../../model/ngrams.js';
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

function wordKeys(tokens: string[]): string[] {
  return tokens.flatMap((token, index) => {
    const next = tokens[index + 1];
    return [
      ...(token === START ? [] : [WORD_KEY + token]),
      ...(next === undefined ? [] : [`${WORD_KEY}${token} ${next}`]),
    ];
  });
}

function charKeys(token: string): string[] {
  const keys: string[] = [];
  const chars = [TOKEN_START, ...token, TOKEN_END];
  for (let start = 0; start + MIN_CHARS <= chars.length; start++) {
    let key = CHAR_KEY + (chars[start] ?? '');
    const end = Math.min(start + MAX_CHARS, chars.length);
    for (let index = start + 1; index < end; index++) {
      key += chars[index] ?? '';
      keys.push(key);
    }
  }
  return keys;
}

/**
 * Every n-gram of a text by its number: single tokens and pairs, and the characters of each
 * token with its bounds. The counterpart of `model/ngrams.ts` for a vocabulary of strings.
 */
export const ngramSource =
  (numberOf: Numbering): NgramSource =>
  (text) => {
    const tokens = tokensOf(text);
    const words = wordKeys(tokens);
    const chars = tokens.filter((token) => token !== START).flatMap(charKeys);
    const end = words.length + chars.length;
    return {
      hashes: Int32Array.from([...words, ...chars], numberOf),
      ends: { word: words.length, char: end, style: end },
    };
  };

/** The same source with a memory, for one that gives each text memory of its own: fitting asks for the n-grams of a text many times. */
export function remembering(ngramsOf: NgramSource): NgramSource {
  const known = new Map<string, Ngrams>();
  return (text) => {
    const ngrams = known.get(text) ?? ngramsOf(text);
    known.set(text, ngrams);
    return ngrams;
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
