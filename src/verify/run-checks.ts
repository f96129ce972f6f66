import { ExitCode, messageOf } from '../errors.js';
import type { Check, CheckResult, Verdict } from './check.js';
import { inconclusive } from './conclude.js';
import { coolDownOf } from './cool-down.js';
import { startDeadline } from './deadline.js';
import { excuseLimited } from './limited.js';
import { pause } from './pause.js';
import type { Target } from './target.js';
import { trafficSince } from './traffic.js';

/** A check with its result. */
export interface CheckReport extends CheckResult {
  id: string;
  title: string;
  objective: Check['objective'];
  severity: Check['severity'];
  /** Milliseconds, all attempts together. */
  duration: number;
  /** Earlier attempts, whose circumstances were in the way. */
  earlier: CheckResult[];
}

export interface VerifyReport {
  /** null: nothing ran that could be asked. */
  target: { https: string; http: string } | null;
  /** ISO 8601. */
  startedAt: string;
  /** Milliseconds. */
  duration: number;
  /** In the order of the checks given, whichever finished first. */
  results: CheckReport[];
  summary: Record<Verdict, number>;
  /** What is inconclusive or skipped counted as failed. */
  strict?: true;
  exitCode: ExitCode;
}

export interface RunSettings {
  events?: RunEvents;
  /** Aborted by the person: no report then. */
  signal?: AbortSignal;
  /** What is inconclusive or skipped fails too. */
  strict?: boolean;
  /** Seconds for the whole run; what has no answer by then is inconclusive. Null: as long as it takes. */
  timeout?: number | null;
}

/** What happens while checks run. */
export interface RunEvents {
  started?(check: Check): void;
  finished?(report: CheckReport): void;
}

const MOST_ATTEMPTS = 2;
/** Milliseconds; any interval will do to keep the process alive. */
const HEARTBEAT = 60_000;

/**
 * Asks all checks: the paced ones one after the other with the monitoring ones beside them, then
 * the floods, with nothing else on the way, and the closing ones at the very end.
 * @throws the signal's reason when it was aborted
 */
export async function runChecks(
  target: Target,
  checks: readonly Check[],
  { events = {}, signal, strict = false, timeout = null }: RunSettings = {},
): Promise<VerifyReport> {
  const startedAt = new Date();
  const begin = performance.now();
  const reports = new Map<string, CheckReport>();
  const deadline = startDeadline(timeout);
  const heartbeat = setInterval(() => {}, HEARTBEAT);
  const start = (check: Check): Promise<CheckReport> => {
    events.started?.(check);
    return attempt(check, target);
  };
  const runOne = async (check: Check): Promise<void> => {
    signal?.throwIfAborted();
    const report = deadline.passed()
      ? outOfTime(check, 'not asked', timeout)
      : ((await deadline.within(start(check))) ?? outOfTime(check, 'no result', timeout));
    signal?.throwIfAborted();
    reports.set(check.id, report);
    events.finished?.(report);
  };
  const ofKind = (kind: Check['kind']): Check[] => checks.filter((check) => check.kind === kind);

  try {
    await Promise.all([inTurn(ofKind('paced'), runOne), ...ofKind('monitoring').map(runOne)]);
    await inTurn([...ofKind('flood'), ...ofKind('closing')], runOne);
  } finally {
    deadline.cancel();
    clearInterval(heartbeat);
  }

  const results = checks.flatMap(({ id }) => reports.get(id) ?? []);
  const summary = countVerdicts(results);
  return {
    target: { https: target.spec.https, http: target.spec.http },
    startedAt: startedAt.toISOString(),
    duration: Math.round(performance.now() - begin),
    results,
    summary,
    ...(strict ? { strict } : {}),
    exitCode: exitCodeOf(summary, strict),
  };
}

async function inTurn(checks: Check[], runOne: (check: Check) => Promise<void>): Promise<void> {
  for (const check of checks) await runOne(check);
}

async function attempt(check: Check, target: Target): Promise<CheckReport> {
  const begin = performance.now();
  const earlier: CheckResult[] = [];
  let result = await ask(check, target, { isCooledDown: false });
  while (result.retry && earlier.length + 1 < MOST_ATTEMPTS) {
    earlier.push(result);
    await pause(coolDownOf(target.spec));
    result = await ask(check, target, { isCooledDown: true });
  }
  return { ...labelsOf(check), ...result, duration: Math.round(performance.now() - begin), earlier };
}

/** There was no time for the check, or not enough. */
function outOfTime(check: Check, what: string, timeout: number | null): CheckReport {
  const hint = 'Give the run more time with --timeout, or ask less with --only.';
  return { ...labelsOf(check), ...inconclusive(`${what} within ${timeout} s`, [], hint), duration: 0, earlier: [] };
}

export const labelsOf = ({
  id,
  title,
  objective,
  severity,
}: Check): Pick<CheckReport, 'id' | 'title' | 'objective' | 'severity'> => ({
  id,
  title,
  objective,
  severity,
});

/** A check that breaks has found out nothing. */
async function ask(check: Check, target: Target, { isCooledDown }: { isCooledDown: boolean }): Promise<CheckResult> {
  try {
    const before = target.traffic();
    const result = await check.run(target);
    const met = trafficSince(before, target.traffic());
    return check.kind === 'paced' ? excuseLimited(result, target, { met, isCooledDown }) : result;
  } catch (error) {
    return inconclusive(`the check itself broke: ${messageOf(error)}`);
  }
}

export function countVerdicts(results: Pick<CheckReport, 'verdict'>[]): Record<Verdict, number> {
  const summary = { pass: 0, fail: 0, warn: 0, inconclusive: 0, skip: 0 };
  for (const { verdict } of results) summary[verdict] += 1;
  return summary;
}

/**
 * A failure outweighs what could not be told; skips and warnings are no reason to stop a pipeline.
 * @param strict what could not be told and what was skipped fails
 */
export function exitCodeOf({ fail, inconclusive: untold, skip }: Record<Verdict, number>, strict = false): ExitCode {
  if (fail > 0 || (strict && untold + skip > 0)) return ExitCode.failed;
  return untold > 0 ? ExitCode.inconclusive : ExitCode.ok;
}
