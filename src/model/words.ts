/** The same words as `WORD` finds, where a text holds nothing else: without Unicode's classes it is faster. */
const PLAIN_TEXT = /^[\0-\x7F\uE000-\uE00A]*$/;
const PLAIN_WORD = /\w+(?:'[a-z]+)*|[\uE000-\uE00A]|[!?.]+/gi;
const WORD = /[\p{L}\p{N}_]+(?:'\p{L}+)*|[\uE000-\uE00A]|[!?.]+|\p{Extended_Pictographic}/gu;
const NEGATED_VERBS = 'do does did is are was were have has had ca could wo would should ai must need'.split(' ');
const NEGATIONS = new Set([
  ...'no not never none nothing nobody neither nor cannot without hardly'.split(' '),
  ...NEGATED_VERBS.flatMap((verb) => [`${verb}nt`, `${verb}n't`]),
]);
/** How many words a negation reaches. */
const NEGATION_REACH = 3;
const endsClause = (word: string): boolean => word[0] === '!' || word[0] === '?' || word[0] === '.';

/**
 * The words of a normalized text: runs of letters and digits, runs of `!`, `?` or `.`, pictographs
 * and the stand-ins of `normalize`. The words that follow a negation within its clause carry `_N`,
 * so that "not happy" is not taken for "happy".
 */
export function splitWords(normalized: string): string[] {
  const words = normalized.match(PLAIN_TEXT.test(normalized) ? PLAIN_WORD : WORD) ?? [];
  let reach = 0;
  for (const [index, word] of words.entries()) {
    if (NEGATIONS.has(word)) {
      reach = NEGATION_REACH;
    } else if (endsClause(word)) {
      reach = 0;
    } else if (reach > 0) {
      words[index] = `${word}_N`;
      reach -= 1;
    }
  }
  return words;
}
