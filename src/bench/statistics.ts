/** The mean of the two middle values where there is no middle one. Pure. */
export function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** Each round leads with another one, so that none always has the same predecessor. Pure. */
export function rotated<Item>(items: Item[], by: number): Item[] {
  const shift = by % items.length;
  return [...items.slice(shift), ...items.slice(0, shift)];
}

/** So many parts of about the same size; none is empty. Pure. */
export const shareOut = (total: number, parts: number): number[] =>
  Array.from({ length: Math.min(total, parts) }, (_, index) => Math.floor((total + index) / Math.min(total, parts)));

export const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** Counts by key, added up. Pure. */
export function sumCounts(counts: Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [key, count] of counts.flatMap((one) => Object.entries(one))) total[key] = (total[key] ?? 0) + count;
  return total;
}
