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

/** Numbers plus 1, by slot; the hashes themselves lie by number: what is asked for most stays close together. */
interface Table {
  slots: Int32Array;
  shift: number;
  mask: number;
}

const createTable = (bits: number): Table => ({
  slots: new Int32Array(2 ** bits),
  shift: 32 - bits,
  mask: 2 ** bits - 1,
});

/** The slot that holds the hash, or the free one where it belongs. */
function slotOf({ slots, shift, mask }: Table, hashes: Int32Array, hash: number): number {
  let slot = Math.imul(hash, GOLDEN_RATIO) >>> shift;
  for (;;) {
    const number = (slots[slot] ?? FREE) - 1;
    if (number < 0 || hashes[number] === hash) return slot;
    slot = (slot + 1) & mask;
  }
}

/** @param expected how many hashes will be interned; more is possible, but the table then grows on the way */
export function createHashIndex(expected = 1024): HashIndex {
  let table = createTable(Math.max(4, Math.ceil(Math.log2(expected * 2))));
  let hashes = new Int32Array(table.slots.length / 2);
  let size = 0;

  const grow = (): void => {
    const larger = createTable(32 - table.shift + 1);
    const copy = new Int32Array(larger.slots.length / 2);
    copy.set(hashes);
    for (let number = 0; number < size; number++) larger.slots[slotOf(larger, copy, copy[number] ?? 0)] = number + 1;
    table = larger;
    hashes = copy;
  };

  return {
    find: (hash) => (table.slots[slotOf(table, hashes, hash)] ?? FREE) - 1,
    intern(hash) {
      const slot = slotOf(table, hashes, hash);
      const known = (table.slots[slot] ?? FREE) - 1;
      if (known >= 0) return known;
      hashes[size] = hash;
      table.slots[slot] = size + 1;
      size += 1;
      if (size === hashes.length) grow();
      return size - 1;
    },
  };
}
