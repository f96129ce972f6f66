import { Token } from './normalize.js';

/** What a text looks like, whatever its words say: each trait as a small whole number. */
export type Style = readonly number[];

interface Counts {
  letters: number;
  capitals: number;
  /** Words of two and more letters, all of them capitals. */
  shouted: number;
  /** Runs of three and more equal letters. */
  elongations: number;
  exclamations: number;
  questions: number;
  /** Runs of two and more dots. */
  ellipses: number;
  /** Runs of `.`, `!` and `?`. */
  stops: number;
  users: number;
  urls: number;
}

const USER_CODE = Token.user.charCodeAt(0);
const URL_CODE = Token.url.charCodeAt(0);
const DOT = 46;
const EXCLAMATION = 33;
const QUESTION = 63;

const isSmall = (code: number): boolean => code >= 97 && code <= 122;
const isCapital = (code: number): boolean => code >= 65 && code <= 90;
const isStop = (code: number): boolean => code === DOT || code === EXCLAMATION || code === QUESTION;

/** One pass over the characters: the server does this for every text. */
function countTraits(text: string): Counts {
  const counts: Counts = {
    letters: 0,
    capitals: 0,
    shouted: 0,
    elongations: 0,
    exclamations: 0,
    questions: 0,
    ellipses: 0,
    stops: 0,
    users: 0,
    urls: 0,
  };
  let previous = 0;
  let equal = 0;
  let word = 0;
  let wordCapitals = 0;
  for (let index = 0; index <= text.length; index++) {
    const code = index < text.length ? text.charCodeAt(index) : 0;
    equal = code === previous ? equal + 1 : 1;
    const capital = isCapital(code);
    if (capital || isSmall(code)) {
      word += 1;
      wordCapitals += capital ? 1 : 0;
      if (equal === 3) counts.elongations += 1;
    } else {
      counts.letters += word;
      counts.capitals += wordCapitals;
      if (word > 1 && wordCapitals === word) counts.shouted += 1;
      word = 0;
      wordCapitals = 0;
      if (isStop(code) && !isStop(previous)) counts.stops += 1;
      if (code === EXCLAMATION) counts.exclamations += 1;
      else if (code === QUESTION) counts.questions += 1;
      else if (code === DOT && equal === 2) counts.ellipses += 1;
      else if (code === USER_CODE) counts.users += 1;
      else if (code === URL_CODE) counts.urls += 1;
    }
    previous = code;
  }
  return counts;
}

/** Codes of a few marks that people end a text with; any letter and anything else count as one each. */
function endingOf(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  if (isSmall(last) || isCapital(last)) return 1;
  return isStop(last) || ',:;)(~*"-'.includes(String.fromCharCode(last)) ? last : 0;
}

const HALF_OCTAVE = 2;
const CAPITAL_STEPS = 8;

/**
 * The style of a masked text that is not blank: its length, its punctuation, its capitals, whom it
 * addresses. Long counts are cut off, lengths and shares put into steps, so that each value is
 * frequent enough to learn from.
 * @param words number of words of the text
 */
export function styleOf(masked: string, words: number): Style {
  const text = masked.trim();
  const counts = countTraits(text);
  return [
    Math.round(Math.log2(1 + words) * HALF_OCTAVE),
    Math.min(6, counts.exclamations),
    Math.min(4, counts.questions),
    Math.min(4, counts.ellipses),
    Math.min(5, counts.stops),
    Math.min(3, counts.elongations),
    Math.min(4, counts.shouted),
    counts.letters === 0 ? -1 : Math.round(Math.sqrt(counts.capitals / counts.letters) * CAPITAL_STEPS),
    text.startsWith(Token.user) ? 1 : 0,
    Math.min(3, counts.users),
    Math.min(1, counts.urls),
    endingOf(text),
  ];
}
