import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult } from '../../verify/check.js';
import { conclude, expectation, inconclusive } from '../../verify/conclude.js';
import type { ExternalFlags } from '../../verify/declare-target.js';
import type { Profile } from '../../verify/profile.js';
import { USUAL_FIELDS } from '../../verify/prediction.js';
import type { CheckReport } from '../../verify/run-checks.js';
import type { Project } from '../project.js';
import { rowOf } from '../row.js';
import { accountsOf } from './accounts.js';
import { awaitAnswer, type Answer } from './await-answer.js';
import { prepare, type Prepared, type StartOptions } from './deployment.js';
import { findGateway } from './gateway.js';
import { standInForCertificate } from './stand-in.js';
import type { ToolResult } from './run-tool.js';
import { notTried, STEPS } from './steps.js';

export interface LiveOptions extends StartOptions {
  /** What the person says of the submission; all else is read from its files. */
  flags: ExternalFlags;
  profile: Profile;
  /** Seconds that it may take until it predicts. */
  timeout: number;
}

export interface Started {
  /** What happened on the way. */
  rows: CheckReport[];
  /** Where to put the questions; null: it does not answer. */
  target: ExternalFlags | null;
}

/**
 * Builds and starts a submission and waits until it predicts.
 * @param keep takes what has to be stopped in the end, as soon as there may be something
 */
export async function start(
  handedIn: Project,
  options: LiveOptions,
  keep: (prepared: Prepared) => void,
): Promise<Started> {
  const { note, signal } = options;
  const { submission, made } = await standInForCertificate(handedIn);
  const prepared = await prepare(submission, options);
  signal.throwIfAborted();
  if (!('project' in prepared)) return { rows: refusedRows(prepared), target: null };
  keep(prepared);
  const door = await findDoor(submission, prepared, options);
  note(`building the images of ${prepared.project}`);
  const build = await timed(() => prepared.build());
  signal.throwIfAborted();
  const built = rowOf(STEPS.build, stepResult(build.result, 'compose build'), build.duration);
  if (!build.result.ok)
    return { rows: [built, ...notTried('its images do not build', [STEPS.up, STEPS.answer])], target: null };
  note('starting its containers');
  const up = await timed(() => prepared.up());
  signal.throwIfAborted();
  const running = rowOf(STEPS.up, withStandIn(await upResult(up.result, prepared), made), up.duration);
  if (!up.result.ok)
    return { rows: [built, running, ...notTried('its containers do not start', [STEPS.answer])], target: null };
  note('waiting until it predicts');
  const answered = await knock(door, prepared, options);
  return { rows: [built, running, answered.row], target: answered.target };
}

function refusedRows(outcome: Exclude<Awaited<ReturnType<typeof prepare>>, Prepared>): CheckReport[] {
  const result: CheckResult =
    'hazards' in outcome
      ? conclude({
          summary: 'it was not started: it reaches beyond its own containers',
          expectations: outcome.hazards.map(({ where, why }) =>
            expectation(false, 'nothing that reaches the host', `${where}: ${why}`),
          ),
          exchanges: [],
        })
      : failed('compose does not accept the file', outcome.invalid);
  return [rowOf(STEPS.build, result, 0), ...notTried('it was not started', [STEPS.up, STEPS.answer])];
}

/** Where to ask, and as whom. */
interface Door {
  /** null: no port speaks TLS. */
  url: string | null;
  /** `NAME:PASSWORD`, the likeliest first. */
  accounts: string[];
  /** Of our own copy of the certificate to trust; null: there is none. */
  caFile: string | null;
}

/**
 * Reads it from the files before anything runs: containers may put links in their place, and with
 * them what the person who grades has on this machine.
 */
async function findDoor(
  submission: Project,
  { compose }: Prepared,
  { flags, profile, work }: LiveOptions,
): Promise<Door> {
  const gateway = await findGateway(submission, compose);
  const caFile = gateway?.ca == null ? null : join(work, 'ca.pem');
  if (caFile !== null) await writeFile(caFile, gateway?.ca ?? '');
  return {
    url: flags.url ?? profile.url ?? gateway?.url ?? null,
    accounts: flags.user === undefined ? await accountsOf(submission) : [flags.user],
    caFile,
  };
}

/** Waits for the first prediction. */
async function knock(
  { url, accounts, caFile }: Door,
  prepared: Prepared,
  { flags, profile, timeout, signal }: LiveOptions,
): Promise<{ row: CheckReport; target: ExternalFlags | null }> {
  if (url === null) {
    const result = failed('it publishes no port for HTTPS', 'no port of a container that speaks TLS is published');
    return {
      row: rowOf(STEPS.answer, { ...result, hint: 'If it does, say where: --url https://localhost:PORT' }, 0),
      target: null,
    };
  }
  const { result: answer, duration } = await timed(() =>
    awaitAnswer({
      url,
      path: flags.predictPath ?? profile.predictPath ?? USUAL_PATH,
      field: profile.requestField ?? USUAL_FIELDS.requestField,
      accounts,
      timeout: timeout * 1000,
      signal,
    }),
  );
  const row = rowOf(STEPS.answer, await answerResult(answer, accounts, prepared), duration);
  if (answer.status === null) return { row, target: null };
  const ca = caFile === null || profile.ca !== undefined ? {} : { ca: caFile };
  const user = answer.account ?? accounts[0];
  return {
    row,
    target: { ...ca, ...(user === undefined ? {} : { user }), ...flags, url, composeProject: prepared.project },
  };
}

const USUAL_PATH = '/predict';

async function answerResult(
  { status, account, found }: Answer,
  accounts: string[],
  prepared: Prepared,
): Promise<CheckResult> {
  if (account !== null)
    return conclude({
      summary: `it predicts, with the credentials of "${account.split(':')[0]}"`,
      expectations: [expectation(true, 'status 200', found)],
      exchanges: [],
    });
  if (status === 401)
    return inconclusive(
      `it answers 401 to ${accounts.length === 1 ? 'the credentials' : `all of ${accounts.length} credentials`} that were tried`,
      [],
      'Say which ones it takes: --user NAME:PASSWORD',
    );
  return failed(found, await prepared.logs());
}

/** A port that something else on this machine has is not the submission's fault. */
async function upResult(result: ToolResult, prepared: Prepared): Promise<CheckResult> {
  const taken = /[^\n]*(?:port is already allocated|address already in use)[^\n]*/i.exec(result.output)?.[0];
  if (!result.ok && taken !== undefined)
    return inconclusive(
      `a port that it publishes is taken on this machine: ${taken.trim()}`,
      [],
      'Stop what has the port, and grade again.',
    );
  return result.ok
    ? stepResult(result, 'compose up')
    : failed('compose up failed', `${result.output}\n${await prepared.logs()}`);
}

/** What its Makefile would have made is said, and costs it nothing. */
const withStandIn = (result: CheckResult, made: string[]): CheckResult =>
  made.length === 0
    ? result
    : { ...result, facts: { ...result.facts, 'made for it, as its Makefile makes them': made.join(', ') } };

const stepResult = ({ ok, output }: ToolResult, what: string): CheckResult =>
  ok
    ? conclude({
        summary: `${what} went through`,
        expectations: [expectation(true, 'no error', 'none')],
        exchanges: [],
      })
    : failed(`${what} failed`, output);

const LINES = 25;

const failed = (summary: string, output: string): CheckResult =>
  conclude({
    summary,
    expectations: [expectation(false, 'no error', 'an error, whose last lines are below')],
    exchanges: [],
    facts: numbered(output.trimEnd().split('\n').slice(-LINES)),
  });

const numbered = (lines: string[]): Record<string, string> =>
  Object.fromEntries(lines.map((line, index) => [`output ${String(index + 1).padStart(2)}`, line]));

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; duration: number }> {
  const begin = performance.now();
  return { result: await work(), duration: performance.now() - begin };
}
