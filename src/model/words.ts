import { createHashIndex } from './hash-index.js';
import { extend, hashWord, WORD_SEED } from './hashing.js';
import { Token } from './normalize.js';

/** The words of one text, as hashes, in order. */
export interface Words {
  count: number;
  /** The memory of this module, valid until the next text. */
  hashes: Int32Array;
}

let hashes = new Int32Array(1024);
/** 1 for a run of marks, by word. */
let marks = new Uint8Array(hashes.length);

/** Makes room for the words of a text: no more than its characters. */
function reserve(length: number): void {
  if (hashes.length >= length) return;
  hashes = new Int32Array(2 * length);
  marks = new Uint8Array(2 * length);
}

const WORD = /[\p{L}\p{N}_]+(?:'\p{L}+)*|[\uE000-\uE00A]|[!?.]+|\p{Extended_Pictographic}/gu;
const isMark = (code: number): boolean => code === 33 || code === 63 || code === 46;

function readByPattern(text: string): number {
  const words = text.match(WORD) ?? [];
  for (const [place, word] of words.entries()) {
    hashes[place] = hashWord(word);
    marks[place] = isMark(word.charCodeAt(0)) ? 1 : 0;
  }
  return words.length;
}

const Kind = { gap: 0, letter: 1, digit: 2, mark: 3, standIn: 4, other: 5 } as const;

const PLAIN_KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[a-z]/i.test(char)) return Kind.letter;
  if (/\w/.test(char)) return Kind.digit;
  return isMark(code) ? Kind.mark : Kind.gap;
});
const STAND_INS = Object.values(Token).map((token) => token.charCodeAt(0));
const FIRST_STAND_IN = Math.min(...STAND_INS);
const LAST_STAND_IN = Math.max(...STAND_INS);

/** What stands at a place of a text; behind its end a gap. */
function kindAt(text: string, place: number): number {
  if (place >= text.length) return Kind.gap;
  const code = text.charCodeAt(place);
  if (code < 128) return PLAIN_KINDS[code] ?? Kind.gap;
  return code >= FIRST_STAND_IN && code <= LAST_STAND_IN ? Kind.standIn : Kind.other;
}

const isWordy = (kind: number): boolean => kind === Kind.letter || kind === Kind.digit;
const APOSTROPHE = 39;

/**
 * The same as by the pattern, for a text of ASCII characters and stand-ins, as most are: without
 * Unicode's classes and a string for each word it is faster.
 * @returns how many words; undefined when there is anything else in the text
 */
function readPlain(text: string): number | undefined {
  let count = 0;
  let place = 0;
  let hash = 0;
  const take = (): void => {
    hash = extend(hash, text.charCodeAt(place));
    place += 1;
  };
  while (place < text.length) {
    const kind = kindAt(text, place);
    if (kind === Kind.other) return undefined;
    if (kind === Kind.gap) {
      place += 1;
      continue;
    }
    hash = WORD_SEED;
    take();
    if (kind === Kind.mark) {
      while (kindAt(text, place) === Kind.mark) take();
    } else if (isWordy(kind)) {
      while (isWordy(kindAt(text, place))) take();
      while (text.charCodeAt(place) === APOSTROPHE && kindAt(text, place + 1) === Kind.letter) {
        take();
        while (kindAt(text, place) === Kind.letter) take();
      }
    }
    hashes[count] = hash;
    marks[count] = kind === Kind.mark ? 1 : 0;
    count += 1;
  }
  return count;
}

const NEGATED_VERBS = 'do does did is are was were have has had ca could wo would should ai must need'.split(' ');
const NEGATIONS = createHashIndex();
for (const word of [
  ...'no not never none nothing nobody neither nor cannot without hardly'.split(' '),
  ...NEGATED_VERBS.flatMap((verb) => [`${verb}nt`, `${verb}n't`]),
])
  NEGATIONS.intern(hashWord(word));
/** How many words a negation reaches. */
const NEGATION_REACH = 3;
const UNDERSCORE = 95;
const CAPITAL_N = 78;

function markNegated(count: number): void {
  let reach = 0;
  for (let place = 0; place < count; place++) {
    const hash = hashes[place] ?? 0;
    if (NEGATIONS.find(hash) >= 0) {
      reach = NEGATION_REACH;
    } else if (marks[place] === 1) {
      reach = 0;
    } else if (reach > 0) {
      hashes[place] = extend(extend(hash, UNDERSCORE), CAPITAL_N);
      reach -= 1;
    }
  }
}

/**
 * The words of a normalized text: runs of letters and digits, runs of `!`, `?` or `.`, pictographs
 * and the stand-ins of `normalize`. The words that follow a negation within its clause end in `_N`,
 * so that "not happy" is not taken for "happy".
 */
export function readWords(normalized: string): Words {
  reserve(normalized.length);
  const count = readPlain(normalized) ?? readByPattern(normalized);
  markNegated(count);
  return { count, hashes };
}
