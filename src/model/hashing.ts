const FNV_PRIME = 0x01_00_01_93;
export const WORD_SEED = 0x81_1c_9d_c5 | 0;
export const CHAR_SEED = 0x2f_0b_44_61 | 0;
export const STYLE_SEED = 0x6a_09_e6_67 | 0;

/** The hash of what was hashed so far and one more number (FNV-1a). */
export const extend = (hash: number, code: number): number => Math.imul(hash ^ code, FNV_PRIME);

export function hashWord(word: string): number {
  let hash = WORD_SEED;
  for (let index = 0; index < word.length; index++) hash = extend(hash, word.charCodeAt(index));
  return hash;
}

/** Order matters: "not good" and "good not" differ. */
export const hashPair = (first: number, second: number): number =>
  Math.imul((first ^ (first >>> 15)) + Math.imul(second, 0x9e_37_79_b1), 0x85_eb_ca_6b);
