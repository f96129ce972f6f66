import type { ChalkInstance } from 'chalk';
import type { FortressError } from '../errors.js';
import { OBJECTIVES, type Verdict } from '../verify/check.js';
import type { Change } from '../verify/run-changes.js';
import type { CheckReport, VerifyReport } from '../verify/run-checks.js';
import { scoreOf, scoresByObjective } from '../verify/score.js';
import { verdictColour } from './palette.js';
import { visible } from './print.js';
import { subjectOf } from './report-subject.js';
import { gradeOf, pointsOf } from './score-text.js';
import { countsOf, isRemarkable, VERDICT_MARKS } from './verify-words.js';

/** What a run came to: its report, or why the target could not be asked. */
export type Outcome = { report: VerifyReport } | { unreachable: FortressError };

/** What a wall screen shows. */
export interface Wall {
  /** Of the last run that ended; null: none has. */
  outcome: Outcome | null;
  /** When it ended. */
  at: Date | null;
  /** The latest first. */
  changes: { at: Date; change: Change }[];
  /** What is going on: what is being asked, or when the next run begins. */
  status: string;
}

/** Of the terminal, in characters. */
export interface Size {
  columns: number;
  rows: number;
}

/** A piece of a line: its colour never counts for its width. */
interface Piece {
  text: string;
  paint?: (text: string) => string;
}
type Line = Piece[];

const NAME_WIDTH = Math.max(...Object.values(OBJECTIVES).map(({ length }) => length)) + 2;
/** The status line and an empty one above it. */
const FOOTER = 2;

/** The lines of a screen, none wider and no more of them than it has room for. Pure. */
export function formatWall({ outcome, at, changes, status }: Wall, palette: ChalkInstance, size: Size): string[] {
  const head: Line = [{ text: `fortress verify${at ? `, ${timeOf(at)}` : ''}`, paint: palette.bold }];
  const changed: Line[] = changes.map(({ at: when, change }) => [
    { text: `${timeOf(when)}  ${describeChange(change)}`, paint: verdictColour(palette, change.to) },
  ]);
  const body: Line[] = [
    head,
    ...(outcome ? outcomeLines(outcome, palette, size.columns) : []),
    ...(changed.length > 0 ? [[], [{ text: 'Changed', paint: palette.bold }], ...changed] : []),
  ];
  const lines = [...body.slice(0, Math.max(1, size.rows - FOOTER)), [], [{ text: status, paint: palette.dim }]];
  return lines.slice(-size.rows).map((line) => fit(line, size.columns));
}

function outcomeLines(outcome: Outcome, palette: ChalkInstance, columns: number): Line[] {
  if ('unreachable' in outcome) {
    const { message, why } = outcome.unreachable;
    return [
      [{ text: `✗ ${message}`, paint: palette.red }],
      ...(why ?? '').split('\n').map((text): Line => [{ text: visible(text) }]),
    ];
  }
  const { results, summary } = outcome.report;
  const score = scoreOf(results);
  return [
    [{ text: subjectOf(outcome.report) }],
    [{ text: `${countsOf(summary)}; ${pointsOf(score)} points, ${gradeOf(score)}` }],
    [],
    ...scoresByObjective(results).flatMap(({ objective, title }) =>
      objectiveLines(
        title,
        results.filter((result) => result.objective === objective),
        palette,
        columns,
      ),
    ),
    ...reasons(results, palette),
  ];
}

/** The checks of an objective beside each other, on as many lines as they need. */
function objectiveLines(title: string, checks: CheckReport[], palette: ChalkInstance, columns: number): Line[] {
  const lines: Line[] = [[{ text: title.padEnd(NAME_WIDTH) }]];
  for (const { id, verdict } of checks) {
    const piece = { text: `${VERDICT_MARKS[verdict]} ${id}  `, paint: verdictColour(palette, verdict) };
    const line = lines.at(-1) ?? [];
    const isFull = line.length > 1 && widthOf(line) + piece.text.trimEnd().length > columns;
    if (isFull) lines.push([{ text: ' '.repeat(NAME_WIDTH) }, piece]);
    else line.push(piece);
  }
  return lines;
}

function reasons(results: CheckReport[], palette: ChalkInstance): Line[] {
  const remarkable = results.filter(isRemarkable);
  if (remarkable.length === 0) return [];
  return [
    [],
    ...remarkable.map(({ id, verdict, summary }): Line => [
      { text: `${VERDICT_MARKS[verdict]} ${id}`, paint: verdictColour(palette, verdict) },
      { text: `  ${visible(summary)}` },
    ]),
  ];
}

/** A run in one line, for a pipe. Pure. */
export function formatRunLine(outcome: Outcome, at: Date, changes: Change[]): string {
  if ('unreachable' in outcome) {
    const { exitCode, message } = outcome.unreachable;
    return `${at.toISOString()} exit ${exitCode}: ${visible(message)}`;
  }
  const { exitCode, summary } = outcome.report;
  const changed = changes.length > 0 ? `; changed: ${changes.map(describeChange).join(', ')}` : '';
  return `${at.toISOString()} exit ${exitCode}: ${countsOf(summary)}${changed}`;
}

const describeChange = ({ id, from, to }: { id: string; from: Verdict; to: Verdict }): string =>
  `${id} ${from} → ${to}`;

/** `13:52:07`, as the clock on the wall says. */
export const timeOf = (at: Date): string => at.toTimeString().slice(0, 'hh:mm:ss'.length);

const widthOf = (line: Line): number => line.reduce((width, { text }) => width + text.length, 0);

/** Cuts what is wider than the screen, then paints. */
function fit(line: Line, columns: number): string {
  let room = columns;
  return line
    .map(({ text, paint = (plain: string) => plain }) => {
      const shown = text.length > room ? `${text.slice(0, Math.max(0, room - 1))}${room > 0 ? '…' : ''}` : text;
      room -= shown.length;
      return shown === '' ? '' : paint(shown);
    })
    .join('')
    .trimEnd();
}
