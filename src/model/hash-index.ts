/** Numbers 32-bit hashes 0, 1, 2 … in order of arrival; open addressing with linear probing. */
export interface HashIndex {
  /** The number of a known hash, else -1. */
  find(hash: number): number;
  /** The number of a hash, given to it now if it has none. */
  intern(hash: number): number;
}

const FREE = 0;
/** Spreads hashes over the table by their high bits (Fibonacci hashing). */
const GOLDEN_RATIO = 0x9e_37_79_b1;

/** The hash and, next to it, its number plus 1: a search touches one line of the cache. */
interface Table {
  slots: Int32Array;
  shift: number;
  mask: number;
}

function createTable(bits: number): Table {
  return { slots: new Int32Array(2 * 2 ** bits), shift: 32 - bits, mask: 2 ** bits - 1 };
}

/** The place of the number of a hash; it is free if the hash is not known. */
function placeOf({ slots, shift, mask }: Table, hash: number): number {
  let slot = Math.imul(hash, GOLDEN_RATIO) >>> shift;
  while (slots[2 * slot + 1] !== FREE && slots[2 * slot] !== hash) slot = (slot + 1) & mask;
  return 2 * slot + 1;
}

function put(table: Table, place: number, hash: number, number: number): void {
  table.slots[place - 1] = hash;
  table.slots[place] = number + 1;
}

function grow(table: Table): Table {
  const larger = createTable(32 - table.shift + 1);
  for (let place = 1; place < table.slots.length; place += 2) {
    const number = (table.slots[place] ?? FREE) - 1;
    const hash = table.slots[place - 1] ?? 0;
    if (number >= 0) put(larger, placeOf(larger, hash), hash, number);
  }
  return larger;
}

/** @param expected how many hashes will be interned; more is possible, but the table then grows on the way */
export function createHashIndex(expected = 1024): HashIndex {
  let table = createTable(Math.max(4, Math.ceil(Math.log2(expected * 2))));
  let size = 0;
  return {
    find: (hash) => (table.slots[placeOf(table, hash)] ?? FREE) - 1,
    intern(hash) {
      const place = placeOf(table, hash);
      const known = (table.slots[place] ?? FREE) - 1;
      if (known >= 0) return known;
      put(table, place, hash, size);
      size += 1;
      if (size * 2 > table.mask) table = grow(table);
      return size - 1;
    },
  };
}
