/** `CHAOS=fast`: the part that runs with all other tests; everything otherwise. */
const isFast = process.env['CHAOS'] === 'fast';

/** The cases that run now; `CHAOS_CASE` picks those with a text in their name. */
export function selected<T extends { name: string; fast: boolean }>(cases: readonly T[]): T[] {
  const wanted = process.env['CHAOS_CASE'] ?? '';
  const chosen = cases.filter(({ name, fast }) => (fast || !isFast) && name.includes(wanted));
  if (chosen.length === 0) throw new Error(`CHAOS_CASE=${wanted}: there is no such case among these`);
  return chosen;
}

/** More steps than any plan of these tests has. */
const MOST_STEPS = 200;

/**
 * The steps after which a command is killed, by the number of its operations as far as it is known:
 * three in the fast part; else one after the other until the command is through.
 * `CHAOS_STEPS=4,7` picks others, to look at one again.
 */
export function selectedSteps(operations: number): number[] {
  const asked = process.env['CHAOS_STEPS'];
  if (asked !== undefined) return asked.split(',').map(Number);
  if (isFast) return [1, Math.ceil(operations / 2), operations];
  return Array.from({ length: MOST_STEPS }, (_, index) => index + 1);
}
