import { describe, expect, it } from 'vitest';
import { watchRuns } from '../../../src/cli/watch.js';
import { configError, unreachableError } from '../../../src/errors.js';
import type { Reporter } from '../../../src/report/reporter.js';
import type { VerifyReport } from '../../../src/verify/run-checks.js';
import { verifyReport } from '../report/support/sample-report.js';
import { failing, makeCheck, makeReport, passing } from '../verify/support/results.js';

const GOOD = verifyReport([makeReport('a.b', passing)]);
const BAD = verifyReport([makeReport('a.b', failing)]);

type Run = VerifyReport | Error;

/** Watches these runs, one after the other at once, and is interrupted in the last. */
async function watch(
  runs: Run[],
  { isTerminal = false, every = 0, told = (_reporter: Reporter): void => {} } = {},
): Promise<{ exitCode: number; written: string; begun: number[] }> {
  let written = '';
  const begun: number[] = [];
  const interruption = new AbortController();
  const exitCode = await watchRuns({
    every,
    signal: interruption.signal,
    output: { write: (text) => (written += text), isTerminal },
    size: () => ({ columns: 80, rows: 24 }),
    env: { NO_COLOR: '1' },
    runOnce: async (reporter) => {
      begun.push(performance.now());
      told(reporter);
      const run = runs.shift();
      if (run === undefined) {
        interruption.abort(new DOMException('interrupted', 'AbortError'));
        throw new Error('the connection was closed');
      }
      if (run instanceof Error) throw run;
      return run;
    },
  });
  return { exitCode, written, begun };
}

function tellOneCheck(reporter: Reporter): void {
  const check = makeCheck('a.b', async () => passing);
  reporter.onRunStart?.({ https: 'https://localhost' }, [check]);
  reporter.onCheckStart?.(check);
  reporter.onCheckEnd?.(makeReport('a.b', passing));
}

describe('watchRuns', () => {
  it('prints a line for each run, with what changed, and ends with the last exit code', async () => {
    const { exitCode, written } = await watch([GOOD, BAD]);
    expect(exitCode).toBe(1);
    expect(written.replaceAll(/^\S+ /gm, '')).toBe(
      'exit 0: 1 passed\nexit 1: 0 passed, 1 failed; changed: a.b pass → fail\n',
    );
  });

  it('outlives a target that cannot be reached, and compares with the last that could', async () => {
    const { exitCode, written } = await watch([GOOD, unreachableError('Nobody there'), BAD, unreachableError('Gone')]);
    expect(exitCode).toBe(3);
    expect(written.replaceAll(/^\S+ /gm, '').split('\n')).toEqual([
      'exit 0: 1 passed',
      'exit 3: Nobody there',
      'exit 1: 0 passed, 1 failed; changed: a.b pass → fail',
      'exit 3: Gone',
      '',
    ]);
  });

  it('ends with whatever else goes wrong', async () => {
    await expect(watch([GOOD, configError('broken')])).rejects.toThrow('broken');
  });

  it('has no exit code when it was interrupted in the first run', async () => {
    await expect(watch([])).rejects.toThrow('interrupted');
  });

  it('waits between the starts of two runs', async () => {
    const { begun } = await watch([GOOD, GOOD], { every: 0.1 });
    const [first = 0, second = 0, third = 0] = begun;
    expect(second - first).toBeGreaterThan(90);
    expect(third - second).toBeGreaterThan(90);
  });

  it('redraws a screen on a terminal: what is asked, how it stands, what changed', async () => {
    const { written } = await watch([GOOD, BAD], { isTerminal: true, told: tellOneCheck });
    const screens = written.split('\u001B[H');
    expect(screens[0]).toBe('\u001B[?25l\u001B[2J');
    expect(screens.some((screen) => screen.includes('0 of 1 done, asking a.b …'))).toBe(true);
    expect(screens.some((screen) => screen.includes('1 of 1 done'))).toBe(true);
    expect(screens.at(-1)).toMatch(/✗ a\.b[^]*Changed[^]*a\.b pass → fail/);
    expect(written.endsWith('\u001B[?25h\r\n')).toBe(true);
  });
});
