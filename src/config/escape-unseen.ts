/** Control and formatting characters, line ends that are none to most, halves of surrogate pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text as code has it where no reader would see it: `\u001b`. A message that quotes it stays one line,
 * says what is wrong, and nothing in it steers a terminal. Pure.
 */
export const escapeUnseen = (text: string): string =>
  text.replaceAll(UNSEEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
