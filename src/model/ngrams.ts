import { mask, normalize } from './normalize.js';
import { type Style, styleOf } from './style.js';
import { splitWords } from './words.js';

/**
 * Word 1–2-grams, character 2–5-grams that do not cross a word boundary, and the traits of the
 * text's style.
 */
export type NgramKind = 'word' | 'char' | 'style';
/** Receives the 32-bit hash of every n-gram occurrence and of every trait. */
export type NgramVisitor = (hash: number, kind: NgramKind) => void;
/** Visits every n-gram of a text. */
export type NgramSource = (text: string, visit: NgramVisitor) => void;

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

function visitWords(words: string[], visit: NgramVisitor): void {
  let previous: number | undefined;
  for (const word of words) {
    const hash = hashWord(word);
    visit(hash, 'word');
    if (previous !== undefined) visit(hashPair(previous, hash), 'word');
    previous = hash;
  }
}

function visitChars(padded: string, visit: NgramVisitor): void {
  const last = padded.length - 1;
  for (let start = 0; start < last; start++) {
    let hash = step(CHAR_SEED, padded.charCodeAt(start));
    const end = Math.min(start + MAX_CHARS, padded.length);
    for (let index = start + 1; index < end; index++) {
      const code = padded.charCodeAt(index);
      hash = step(hash, code);
      visit(hash, 'char');
      if (code === SPACE) break;
    }
  }
}

function visitStyle(style: Style, visit: NgramVisitor): void {
  for (const [trait, value] of style.entries()) visit(step(step(STYLE_SEED, trait), value), 'style');
}

/** Visits every n-gram and trait of a text as a hash: no n-gram is made into a string, kept or looked up. */
export function visitNgrams(text: string, visit: NgramVisitor): void {
  const masked = mask(text);
  const normalized = normalize(masked);
  const words = splitWords(normalized);
  visitWords(words, visit);
  const chunks = normalized.trim().replace(/\s+/g, ' ');
  if (chunks === '') return;
  visitChars(` ${chunks} `, visit);
  visitStyle(styleOf(masked, words.length), visit);
}
