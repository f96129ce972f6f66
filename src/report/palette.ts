import { Chalk, type ChalkInstance } from 'chalk';
import type { Verdict } from '../verify/check.js';
import { VERDICT_MARKS } from './verify-words.js';

/** Colours for a terminal that wants them, see https://no-color.org; else plain text. */
export const paletteFor = (isTerminal: boolean, env: NodeJS.ProcessEnv): ChalkInstance =>
  new Chalk({ level: isTerminal && !env['NO_COLOR'] ? 1 : 0 });

const COLOURS = {
  pass: 'green',
  fail: 'red',
  warn: 'yellow',
  inconclusive: 'magenta',
  skip: 'dim',
} as const satisfies Record<Verdict, string>;

/** What paints in the colour of a verdict. */
export const verdictColour = (palette: ChalkInstance, verdict: Verdict): ChalkInstance => palette[COLOURS[verdict]];

/** Mark and word of a verdict, in its colour and of one width. */
export const verdictMark = (palette: ChalkInstance, verdict: Verdict, width: number): string =>
  verdictColour(palette, verdict)(`${VERDICT_MARKS[verdict]} ${verdict.padEnd(width)}`);
