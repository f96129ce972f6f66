import type { SabotageCase } from './sabotage-case.js';

/** What the environment asks for: one run of a case each. */
export interface Selection {
  runs: SabotageCase[];
  /** Busy processes beside the cases. */
  load: number;
}

/**
 * Reads `SABOTAGE_CASES` (all, fast, or ids and beginnings of ids separated by commas),
 * `SABOTAGE_REPEAT` (times that the cases that rest on timing are run, and no others) and
 * `SABOTAGE_LOAD` (busy processes meanwhile).
 * @throws Error when it asks for nothing that there is
 */
export function selectCases(cases: readonly SabotageCase[], environment: NodeJS.ProcessEnv): Selection {
  const { SABOTAGE_CASES: names = 'all', SABOTAGE_REPEAT: repeat, SABOTAGE_LOAD: load = '0' } = environment;
  const named = cases.filter(isNamed(names));
  const runs = repeat === undefined ? named : repeated(named, wholeNumber('SABOTAGE_REPEAT', repeat));
  if (runs.length === 0) throw new Error(`SABOTAGE_CASES=${names}: there is no such case`);
  return { runs, load: wholeNumber('SABOTAGE_LOAD', load) };
}

function isNamed(names: string): (one: SabotageCase) => boolean {
  if (names === 'all') return () => true;
  if (names === 'fast') return ({ fast }) => fast === true;
  return ({ id }) => names.split(',').some((name) => id.startsWith(name));
}

const repeated = (cases: SabotageCase[], times: number): SabotageCase[] =>
  Array.from({ length: times }, () => cases.filter(({ timed }) => timed === true)).flat();

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${name}=${text}: expected a whole number`);
  return Number(text);
}
