const WORD = /[\p{L}\p{N}_]+(?:'\p{L}+)*|[\uE000-\uE00A]|[!?.]+|\p{Extended_Pictographic}/gu;
const NEGATION =
  /^(?:not?|never|none|nothing|nobody|neither|nor|cannot|without|hardly|(?:do|does|did|is|are|was|were|have|has|had|ca|could|wo|would|should|ai|must|need)n'?t)$/;
/** How many words a negation reaches. */
const NEGATION_REACH = 3;
const ENDS_CLAUSE = /^[!?.]/;

/**
 * The words of a normalized text: runs of letters and digits, runs of `!`, `?` or `.`, pictographs
 * and the stand-ins of `normalize`. The words that follow a negation within its clause carry `_N`,
 * so that "not happy" is not taken for "happy".
 */
export function splitWords(normalized: string): string[] {
  const words = normalized.match(WORD) ?? [];
  let reach = 0;
  for (const [index, word] of words.entries()) {
    if (NEGATION.test(word)) {
      reach = NEGATION_REACH;
    } else if (ENDS_CLAUSE.test(word)) {
      reach = 0;
    } else if (reach > 0) {
      words[index] = `${word}_N`;
      reach -= 1;
    }
  }
  return words;
}
