/** Numbers 32-bit hashes 0, 1, 2 … in order of arrival; open addressing with linear probing. */
export interface HashIndex {
  readonly size: number;
  /** The number of a known hash, else -1. */
  find(hash: number): number;
  /** The number of a hash, given to it now if it has none. */
  intern(hash: number): number;
}

const FREE = -1;
/** Spreads hashes over the table by their high bits (Fibonacci hashing). */
const GOLDEN_RATIO = 0x9e_37_79_b1;

interface Table {
  keys: Int32Array;
  ids: Int32Array;
  shift: number;
  mask: number;
}

function createTable(bits: number): Table {
  const capacity = 2 ** bits;
  return {
    keys: new Int32Array(capacity),
    ids: new Int32Array(capacity).fill(FREE),
    shift: 32 - bits,
    mask: capacity - 1,
  };
}

/** The slot that holds the hash, or the free one where it belongs. */
function slotOf({ keys, ids, shift, mask }: Table, hash: number): number {
  let slot = Math.imul(hash, GOLDEN_RATIO) >>> shift;
  while (ids[slot] !== FREE && keys[slot] !== hash) slot = (slot + 1) & mask;
  return slot;
}

function grow(table: Table): Table {
  const larger = createTable(32 - table.shift + 1);
  for (const [slot, id] of table.ids.entries()) {
    if (id === FREE) continue;
    const hash = table.keys[slot] ?? 0;
    const target = slotOf(larger, hash);
    larger.keys[target] = hash;
    larger.ids[target] = id;
  }
  return larger;
}

/** @param expected how many hashes will be interned; more is possible, but the table then grows on the way */
export function createHashIndex(expected = 1024): HashIndex {
  let table = createTable(Math.max(4, Math.ceil(Math.log2(expected * 2))));
  let size = 0;
  return {
    get size() {
      return size;
    },
    find: (hash) => table.ids[slotOf(table, hash)] ?? FREE,
    intern(hash) {
      const slot = slotOf(table, hash);
      const known = table.ids[slot] ?? FREE;
      if (known !== FREE) return known;
      table.keys[slot] = hash;
      table.ids[slot] = size;
      size += 1;
      if (size * 2 > table.keys.length) table = grow(table);
      return size - 1;
    },
  };
}
