import { mask, normalize } from './normalize.js';
import { type Style, styleOf } from './style.js';
import { splitWords } from './words.js';

/**
 * Word 1–2-grams, character 2–5-grams that do not cross a word boundary, and the traits of the
 * text's style.
 */
export type NgramKind = 'word' | 'char' | 'style';

/** Every n-gram occurrence and every trait of one text as a 32-bit hash: words, characters, style. */
export interface Ngrams {
  /** The memory of their source, valid until it is given the next text. */
  hashes: Int32Array;
  /** Where each kind ends; it begins where the one before ends. */
  ends: Readonly<Record<NgramKind, number>>;
}

export type NgramSource = (text: string) => Ngrams;

const MAX_CHARS = 5;
const SPACE = 32;
const FNV_PRIME = 0x01_00_01_93;
const WORD_SEED = 0x81_1c_9d_c5 | 0;
const CHAR_SEED = 0x2f_0b_44_61 | 0;
const STYLE_SEED = 0x6a_09_e6_67 | 0;

const step = (hash: number, code: number): number => Math.imul(hash ^ code, FNV_PRIME);

function hashWord(word: string): number {
  let hash = WORD_SEED;
  for (let index = 0; index < word.length; index++) hash = step(hash, word.charCodeAt(index));
  return hash;
}

/** Order matters: "not good" and "good not" differ. */
const hashPair = (first: number, second: number): number =>
  Math.imul((first ^ (first >>> 15)) + Math.imul(second, 0x9e_37_79_b1), 0x85_eb_ca_6b);

// Each of these writes hashes from `end` on and returns the new end. A function to call for each hash
// would cost more than the hash.

function writeWords(words: string[], hashes: Int32Array, end: number): number {
  let previous: number | undefined;
  for (const word of words) {
    const hash = hashWord(word);
    hashes[end++] = hash;
    if (previous !== undefined) hashes[end++] = hashPair(previous, hash);
    previous = hash;
  }
  return end;
}

function writeChars(padded: string, hashes: Int32Array, end: number): number {
  const last = padded.length - 1;
  for (let start = 0; start < last; start++) {
    let hash = step(CHAR_SEED, padded.charCodeAt(start));
    const stop = Math.min(start + MAX_CHARS, padded.length);
    for (let index = start + 1; index < stop; index++) {
      const code = padded.charCodeAt(index);
      hash = step(hash, code);
      hashes[end++] = hash;
      if (code === SPACE) break;
    }
  }
  return end;
}

function writeStyle(style: Style, hashes: Int32Array, end: number): number {
  for (const [trait, value] of style.entries()) hashes[end++] = step(step(STYLE_SEED, trait), value);
  return end;
}

/** As many hashes as a normalized text of that length can have at most: 2 a word, 4 a character, its style. */
const capacityFor = (length: number): number => 6 * length + 64;

let memory = new Int32Array(capacityFor(1000));

/** All n-grams and traits of a text, hashed: none is made into a string, kept or looked up. */
export const ngramsOf: NgramSource = (text) => {
  const masked = mask(text);
  const normalized = normalize(masked);
  const capacity = capacityFor(normalized.length);
  if (memory.length < capacity) memory = new Int32Array(capacity);
  const hashes = memory;
  const words = splitWords(normalized);
  const word = writeWords(words, hashes, 0);
  const chunks = normalized.trim().replace(/\s+/g, ' ');
  if (chunks === '') return { hashes, ends: { word, char: word, style: word } };
  const char = writeChars(` ${chunks} `, hashes, word);
  return { hashes, ends: { word, char, style: writeStyle(styleOf(masked, words.length), hashes, char) } };
};
