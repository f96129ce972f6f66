import { basename, dirname, resolve } from 'node:path';
import { ExitCode, FortressError } from '../errors.js';
import type { Reporter } from '../report/reporter.js';
import type { Check } from '../verify/check.js';
import { CHECKS as ALL_CHECKS } from '../verify/checks/index.js';
import { declareTarget, type ExternalFlags } from '../verify/declare-target.js';
import type { Profile } from '../verify/profile.js';
import { readExternal } from '../verify/read-external.js';
import { countVerdicts, exitCodeOf, runChecks, type CheckReport, type VerifyReport } from '../verify/run-checks.js';
import { openTarget } from '../verify/target.js';
import { examineDeliverables } from './deliverables/examine.js';
import { openSubmission, type Submission } from './intake/open-submission.js';
import { findComposeTool, HOW_TO_INSTALL, type ComposeTool } from './live/compose-tool.js';
import type { Prepared } from './live/deployment.js';
import { runTool } from './live/run-tool.js';
import { start, type Started } from './live/start.js';
import { notTried } from './live/steps.js';
import { findProject, type Project } from './project.js';

export interface GradeOptions {
  /** Folder or archive. */
  source: string;
  /** What the person says of the submission. */
  flags: ExternalFlags;
  /** The same in a file; flags outweigh it. */
  profile: Profile;
  /** Only look at the files. */
  onlyFiles: boolean;
  /** Leave it running in the end. */
  keep: boolean;
  /** Seconds from its start to its first prediction. */
  timeout: number;
  signal: AbortSignal;
  reporter: Reporter;
  /** What is being done, and what is worth knowing on the way. */
  note(line: string): void;
}

/** Weights and a grade of TLS are nothing that the exam asks; what images there are, `images.pinned` has answered. */
const NOT_ASKED = new Set(['ab.weight', 'hygiene.images', 'tls.grade']);
const CHECKS = ALL_CHECKS.filter(({ id, ownOnly }) => !ownOnly && !NOT_ASKED.has(id));
/** What containers show better than files do. */
const SUPERSEDED = new Set(['containers.user', 'containers.health']);

/** A run of checks with what was graded. */
export interface GradeReport extends VerifyReport {
  tool: 'fortress grade';
  /** Absolute path. */
  submission: string;
}

/**
 * Grades a submission: its files, then its running containers, which are removed again whatever happens.
 * The caller tells of the end, when the reports are written.
 * @throws FortressError (exit 2) when it cannot be unpacked
 */
export async function grade(options: GradeOptions): Promise<GradeReport> {
  const { source, signal } = options;
  const submission = await openSubmission(source, { signal });
  let running: Prepared | null = null;
  const tellWhatGoes = (): void => {
    if (!options.keep) options.note(interruption(running, submission));
  };
  signal.addEventListener('abort', tellWhatGoes, { once: true });
  try {
    const project = await findProject(submission.root);
    const examined = await examineDeliverables(project, signal);
    signal.throwIfAborted();
    const started = await startUnlessRefused(
      project,
      examined,
      submission.work,
      options,
      (prepared) => (running = prepared),
    );
    const rows = started.target ? examined.filter(({ id }) => !SUPERSEDED.has(id)) : examined;
    return await askAndReport([...rows, ...started.rows], started.target, options);
  } finally {
    await cleanUp(running, submission, options);
    signal.removeEventListener('abort', tellWhatGoes);
  }
}

async function startUnlessRefused(
  project: Project,
  examined: CheckReport[],
  work: string,
  { onlyFiles, flags, profile, timeout, signal, note }: GradeOptions,
  keep: (prepared: Prepared) => void,
): Promise<Started> {
  if (onlyFiles) return { rows: notTried('only its files were looked at'), target: null };
  if (examined.some(({ id, verdict }) => id === 'compose.inside' && verdict !== 'pass'))
    return { rows: notTried('it reaches beyond its own containers, see compose.inside'), target: null };
  const tool = await findEngine();
  if ('missing' in tool) return { rows: notTried(tool.missing), target: null };
  return start(project, { run: runTool, tool, work, flags, profile, timeout, signal, note }, keep);
}

/** Compose with an engine behind it; without either only the files can be graded. */
async function findEngine(): Promise<ComposeTool | { missing: string }> {
  const tool = await findComposeTool(runTool);
  if (tool === null)
    return { missing: `neither \`docker compose\` nor docker-compose is on this machine; ${HOW_TO_INSTALL}` };
  try {
    const { connectReadOnly } = await import('../engine/docker/read-only.js');
    await connectReadOnly();
    return tool;
  } catch (error) {
    if (error instanceof FortressError && error.exitCode === ExitCode.unreachable)
      return { missing: [error.message, error.why, error.hint].filter((part) => part !== undefined).join('; ') };
    throw error;
  }
}

async function askAndReport(
  rows: CheckReport[],
  flags: ExternalFlags | null,
  { source, profile, signal, reporter }: GradeOptions,
): Promise<GradeReport> {
  const startedAt = new Date();
  const begin = performance.now();
  const name = flags?.url ?? basename(resolve(source));
  reporter.onRunStart?.({ https: name }, [...rows.map(asCheck), ...(flags ? CHECKS : [])]);
  for (const row of rows) reporter.onCheckEnd?.(row);
  const asked = flags ? await askTarget(flags, { profile, signal, reporter }) : null;
  const results = [...rows, ...(asked?.results ?? [])];
  const summary = countVerdicts(results);
  const spent = rows.reduce((total, { duration }) => total + duration, performance.now() - begin);
  return {
    tool: 'fortress grade',
    submission: resolve(source),
    target: asked?.target ?? null,
    startedAt: startedAt.toISOString(),
    duration: Math.round(spent),
    results,
    summary,
    exitCode: exitCodeOf(summary),
  };
}

async function askTarget(
  flags: ExternalFlags,
  { profile, signal, reporter }: Pick<GradeOptions, 'profile' | 'signal' | 'reporter'>,
): Promise<VerifyReport> {
  const { spec, engine } = await readExternal(
    declareTarget(flags, profile, { gateway: undefined, grafana: undefined }),
  );
  const target = openTarget(spec, { engine });
  const stop = (): void => void target.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await runChecks(target, CHECKS, {
      signal,
      events: { started: (check) => reporter.onCheckStart?.(check), finished: (done) => reporter.onCheckEnd?.(done) },
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await target.close();
  }
}

/** What a reporter wants to know of a row before it comes. */
const asCheck = (row: CheckReport): Check => ({ ...row, kind: 'paced', run: () => Promise.resolve(row) });

/** Whoever presses Ctrl-C a second time knows what stays behind then. */
const interruption = (running: Prepared | null, { root }: Submission): string =>
  running
    ? `stopping; ${running.project} and ${dirname(root)} are removed now. Should that be interrupted too: ${byHand(running, root)}`
    : `stopping; ${dirname(root)} is removed now`;

async function cleanUp(
  running: Prepared | null,
  { root, remove }: Submission,
  { keep, note }: GradeOptions,
): Promise<void> {
  if (keep && running) {
    note(`${running.project} goes on, with its files in ${dirname(root)}`);
    return note(`remove both in the end: ${byHand(running, root)}`);
  }
  if (running) {
    note(`removing ${running.project}`);
    const { ok, output } = await running.down();
    // What still runs could put links in the place of folders that are about to be emptied.
    if (!ok) return note(`it could not be removed: ${output.trim()}\nremove it: ${byHand(running, root)}`);
  }
  // Containers may have written files that only root may remove.
  await remove().catch((error: Error) =>
    note(`the temporary folder stays: ${error.message}\nremove it: sudo rm -r ${dirname(root)}`),
  );
}

/** For a POSIX shell. The folder goes last: the file that compose needs is in it. */
const byHand = (running: Prepared, root: string): string => `${running.byHand} && rm -r ${dirname(root)}`;
