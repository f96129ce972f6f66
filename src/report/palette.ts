import { Chalk, type ChalkInstance } from 'chalk';
import type { Verdict } from '../verify/check.js';

/** Colours for a terminal that wants them, see https://no-color.org; else plain text. */
export const paletteFor = (isTerminal: boolean, env: NodeJS.ProcessEnv): ChalkInstance =>
  new Chalk({ level: isTerminal && !env['NO_COLOR'] ? 1 : 0 });

const MARKS: Record<Verdict, string> = { pass: '✓', fail: '✗', warn: '!', inconclusive: '?', skip: '-' };
const COLOURS = {
  pass: 'green',
  fail: 'red',
  warn: 'yellow',
  inconclusive: 'magenta',
  skip: 'dim',
} as const satisfies Record<Verdict, string>;

/** Mark and word of a verdict, in its colour and of one width. */
export const verdictMark = (palette: ChalkInstance, verdict: Verdict, width: number): string =>
  palette[COLOURS[verdict]](`${MARKS[verdict]} ${verdict.padEnd(width)}`);
