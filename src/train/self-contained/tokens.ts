/**
 * How the self-contained model cuts a text. Every rule is a pattern that JavaScript (`u`) and RE2,
 * onnxruntime's engine, read alike: ASCII escapes only, no look-around, and no alternative that
 * matches less than a later one would from the same place, because RE2 takes the longest and
 * JavaScript the first. What a pattern repeats is bounded, except where a stand-in replaces it: the
 * graph holds a text as tokens × characters of its longest token.
 */

const BLANK = String.raw` \t\r\n`;
const ADDRESS = String.raw`(?:https?://|www\.)[^${BLANK}]+|[a-z0-9-]{1,63}\.[a-z]{2,10}/[^${BLANK}]*`;
const MAIL = String.raw`[a-z0-9_.+-]{1,64}@[a-z0-9_-]{1,63}\.[a-z]{2,10}`;

/** Latin-1 signs, punctuation and symbols, private use, variation selectors, full-width signs, pictographs. */
const NOT_LETTERS =
  '\u0080-\u00BF\u00D7\u00F7\u2000-\u2BFF\u3000-\u303F\uE000-\uF8FF\uFE00-\uFE0F\uFF00-\uFF0F\uFF1A-\uFF20\uFFF0-\uFFFF\u{1F000}-\u{1FAFF}';
/** Letters and digits of any script, `_` and combining marks; upper-case ASCII does not get here. */
const LETTER = `[^\\x00-/:-^\`{-\\x7F${NOT_LETTERS}]`;
const MENTION = `@${LETTER}+`;
const WORD = `${LETTER}{1,24}(?:['’]${LETTER}{1,8})?`;

const ENTITY = '&#?[a-z0-9]{1,7};';
const EMOTICON = [
  String.raw`[:;=]['^*o-]?(?:[)\]}(\[{/|\\]{1,3}|[dp]{1,3}\b)`,
  '(?:<|&lt;)3{1,3}',
  String.raw`\^_{0,3}\^`,
  '-_{1,3}-',
  ';_;',
].join('|');
const MARKS = '[!?.]{1,3}';
const PICTOGRAPH = '[\u2600-\u27BF\u{1F000}-\u{1FAFF}]';

/** Comes before the first token of every text: "starts with" becomes an n-gram, and no text is without tokens. */
export const START = '\u0002';

/** What a token is. */
export const TOKEN = [ADDRESS, MAIL, MENTION, EMOTICON, ENTITY, WORD, MARKS, PICTOGRAPH, START].join('|');

/** Tokens that must not reach a vocabulary, and what they become; no token of a text looks like that. */
export const STAND_INS: [pattern: string, standIn: string][] = [
  [ADDRESS, '/'],
  [`${MAIL}|${MENTION}`, '@'],
];

const TOKENS = new RegExp(TOKEN, 'gu');
const MASKS = STAND_INS.map(([pattern, standIn]) => ({ whole: new RegExp(`^(?:${pattern})$`, 'u'), standIn }));

/** A to Z only: the one change of case that every host makes alike, whatever its locale. */
const lowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const mask = (token: string): string => MASKS.find(({ whole }) => whole.test(token))?.standIn ?? token;

/** What hosts make of half a surrogate pair when they encode a string as UTF-8. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');

/** The tokens of a text, `START` first, web and mail addresses and @mentions masked: what the graph computes. */
export function tokensOf(text: string): string[] {
  const found = (START + lowerCase(wellFormed(text))).match(TOKENS) ?? [];
  return found.map(mask);
}
