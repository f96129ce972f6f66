/** A file that fortress rendered and exported: there is nothing in it that fortress would not do again. Pure. */
export const isWrittenByFortress = (text: string): boolean =>
  /^#[^\n]*\bwritten by [`"]?fortress\b/im.test(text.slice(0, 1000));
