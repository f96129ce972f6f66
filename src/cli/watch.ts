import { setTimeout as sleep } from 'node:timers/promises';
import { ExitCode, FortressError } from '../errors.js';
import { paletteFor } from '../report/palette.js';
import type { Output, Reporter } from '../report/reporter.js';
import { formatRunLine, formatWall, timeOf, type Outcome, type Size, type Wall } from '../report/verify-wall.js';
import { changesBetween, type Change } from '../verify/run-changes.js';
import type { VerifyReport } from '../verify/run-checks.js';

interface Watch {
  /** Seconds from the start of a run to the start of the next; a longer run is followed by the next at once. */
  every: number;
  /** One run, told to the reporter as it goes on. */
  runOnce(reporter: Reporter): Promise<VerifyReport>;
  /** Aborted by Ctrl-C: the watch is over. */
  signal: AbortSignal;
  output: Output;
  /** Of the terminal, at this moment. */
  size?: () => Size;
  env?: NodeJS.ProcessEnv;
}

/** Shows runs as they come. */
interface View {
  reporter: Reporter;
  ended(outcome: Outcome, changes: Change[], next: Date): void;
  close(): void;
}

/**
 * Verifies again and again until it is aborted: a wall screen on a terminal, a line for each run in
 * a pipe. A target that cannot be reached is shown, and tried again.
 * @returns the exit code of the last run that ended
 * @throws the signal's reason when none did; whatever else a run throws
 */
export async function watchRuns(watch: Watch): Promise<ExitCode> {
  const { every, signal, output } = watch;
  const view = output.isTerminal ? openWall(watch) : openLog(output);
  let lastReport: VerifyReport | null = null;
  let exitCode: ExitCode | null = null;
  try {
    while (!signal.aborted) {
      const next = new Date(Date.now() + every * 1000);
      const outcome = await runOf(watch, view.reporter);
      if (outcome === null) break;
      const report: VerifyReport | null = 'report' in outcome ? outcome.report : null;
      view.ended(outcome, lastReport && report ? changesBetween(lastReport, report) : [], next);
      lastReport = report ?? lastReport;
      exitCode = report ? report.exitCode : ExitCode.unreachable;
      await sleep(Math.max(0, next.getTime() - Date.now()), undefined, { signal }).catch(() => undefined);
    }
  } finally {
    view.close();
  }
  if (exitCode !== null) return exitCode;
  throw signal.reason;
}

/** Null: it was aborted. */
async function runOf({ runOnce, signal }: Watch, reporter: Reporter): Promise<Outcome | null> {
  try {
    return { report: await runOnce(reporter) };
  } catch (error) {
    if (signal.aborted) return null;
    if (error instanceof FortressError && error.exitCode === ExitCode.unreachable) return { unreachable: error };
    throw error;
  }
}

const openLog = (output: Output): View => ({
  reporter: {},
  ended: (outcome, changes) => output.write(`${formatRunLine(outcome, new Date(), changes)}\n`),
  close: () => {},
});

const HOME = '\u001B[H';
const ERASE_SCREEN = '\u001B[2J';
const ERASE_TO_END_OF_LINE = '\u001B[K';
const ERASE_BELOW = '\u001B[J';
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const MOST_CHANGES = 10;

const terminalSize = (): Size => ({ columns: process.stdout.columns, rows: process.stdout.rows });

/** Redrawn in place: what stays the same does not flicker. */
function openWall({ every, output, size = terminalSize, env = process.env }: Watch): View {
  const palette = paletteFor(output.isTerminal, env);
  let wall: Wall = { outcome: null, at: null, changes: [], status: '' };
  const asking = new Set<string>();
  let done = 0;
  let total = 0;
  const show = (news: Partial<Wall>): void => {
    wall = { ...wall, ...news };
    const lines = formatWall(wall, palette, size());
    output.write(`${HOME}${lines.join(`${ERASE_TO_END_OF_LINE}\r\n`)}${ERASE_TO_END_OF_LINE}${ERASE_BELOW}`);
  };
  const progress = (): void => {
    const now = asking.size > 0 ? `, asking ${[...asking].join(', ')}` : '';
    show({ status: `${done} of ${total} done${now} …` });
  };
  output.write(HIDE_CURSOR + ERASE_SCREEN);
  show({ status: 'looking for the target …' });
  return {
    reporter: {
      onRunStart: (_target, checks) => {
        done = 0;
        total = checks.length;
      },
      onCheckStart: ({ id }) => {
        asking.add(id);
        progress();
      },
      onCheckEnd: ({ id }) => {
        asking.delete(id);
        done += 1;
        progress();
      },
    },
    ended: (outcome, changes, next) => {
      asking.clear();
      const at = new Date();
      const news = changes.map((change) => ({ at, change }));
      show({
        outcome,
        at,
        changes: [...news, ...wall.changes].slice(0, MOST_CHANGES),
        status: `next run at ${timeOf(next > at ? next : at)}, every ${every} s; Ctrl-C ends`,
      });
    },
    close: () => output.write(`${SHOW_CURSOR}\r\n`),
  };
}
