import { CHAR_SEED, extend, hashPair, STYLE_SEED } from './hashing.js';
import { mask, normalize } from './normalize.js';
import { type Style, styleOf } from './style.js';
import { readWords, type Words } from './words.js';

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
/** All that `\s` matches beyond ASCII. */
const WIDE_SPACES = new Set(
  Array.from(
    '\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF',
    (space) => space.charCodeAt(0),
  ),
);

/** As many hashes as a text of that length can have at most: 2 a word, 4 a character, its style. */
const capacityFor = (length: number): number => 6 * length + 64;

let hashes = new Int32Array(capacityFor(1000));
/** The text in single spaces: one before, between and after what it consists of. */
let padded = new Uint16Array(1002);

function reserve(length: number): void {
  if (hashes.length < capacityFor(length)) hashes = new Int32Array(capacityFor(length));
  if (padded.length < length + 2) padded = new Uint16Array(length + 2);
}

// Each of these writes hashes from `end` on and returns the new end. A function to call for each hash
// would cost more than the hash.

function writeWords(words: Words, end: number): number {
  let previous = 0;
  for (let place = 0; place < words.count; place++) {
    const hash = words.hashes[place] ?? 0;
    hashes[end++] = hash;
    if (place > 0) hashes[end++] = hashPair(previous, hash);
    previous = hash;
  }
  return end;
}

const isSpace = (code: number): boolean =>
  code < 128 ? code === SPACE || (code >= 9 && code <= 13) : WIDE_SPACES.has(code);

/** @returns the length of the padded text; 0 for a blank one */
function pad(text: string): number {
  let length = 0;
  padded[length++] = SPACE;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (!isSpace(code)) padded[length++] = code;
    else if (padded[length - 1] !== SPACE) padded[length++] = SPACE;
  }
  if (padded[length - 1] !== SPACE) padded[length++] = SPACE;
  return length > 1 ? length : 0;
}

function writeChars(length: number, end: number): number {
  for (let start = 0; start < length - 1; start++) {
    let hash = extend(CHAR_SEED, padded[start] ?? 0);
    const stop = Math.min(start + MAX_CHARS, length);
    for (let place = start + 1; place < stop; place++) {
      const code = padded[place] ?? 0;
      hash = extend(hash, code);
      hashes[end++] = hash;
      if (code === SPACE) break;
    }
  }
  return end;
}

function writeStyle(style: Style, end: number): number {
  for (let trait = 0; trait < style.length; trait++)
    hashes[end++] = extend(extend(STYLE_SEED, trait), style[trait] ?? 0);
  return end;
}

/** All n-grams and traits of a text, hashed: none is made into a string, kept or looked up. */
export const ngramsOf: NgramSource = (text) => {
  const masked = mask(text);
  const normalized = normalize(masked);
  reserve(normalized.length);
  const words = readWords(normalized);
  const word = writeWords(words, 0);
  const length = pad(normalized);
  if (length === 0) return { hashes, ends: { word, char: word, style: word } };
  const char = writeChars(length, word);
  return { hashes, ends: { word, char, style: writeStyle(styleOf(masked, words.count), char) } };
};
