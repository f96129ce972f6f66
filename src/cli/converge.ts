import type { ResolvedConfig } from '../config/resolved.js';
import { formatCredentialChange } from '../credentials/change.js';
import type { CredentialRequest } from '../credentials/prepare.js';
import { saveCredentials } from '../credentials/save.js';
import { connect, type Connection } from '../engine/docker/connect.js';
import { createDockerEngine } from '../engine/docker/docker-engine.js';
import { imageStore } from '../engine/docker/images.js';
import { SUBNET_TAKEN } from '../engine/docker/networks.js';
import { createDockerReader } from '../engine/docker/reader.js';
import { runPlan } from '../engine/run-plan.js';
import { FortressError, messageOf, operationError } from '../errors.js';
import { openGeneration, withHooks, type OpenedGeneration } from '../generations/open.js';
import { recordGeneration } from '../generations/record.js';
import { listGenerations } from '../generations/store.js';
import { ensureGuard } from '../guard/start-guard.js';
import { runHook } from '../hooks/run-hooks.js';
import { chooseImageSource, imageSource, type Choice } from '../images/choose-source.js';
import type { ImageSource } from '../images/image-source.js';
import type { ImageStore } from '../images/image-store.js';
import { recordedSource } from '../images/recorded.js';
import { withLock } from '../lock/with-lock.js';
import type { Observed } from '../plan/observed.js';
import { changesAnything } from '../plan/plan-up.js';
import { runningSource } from '../plan/running-source.js';
import { stoppedMeanwhile } from '../plan/stopped-meanwhile.js';
import { startProbe, type Probe, type ProbeReport } from '../probe/probe.js';
import { createPlanReporter } from '../report/plan-reporter.js';
import { planToJson } from '../report/plan-text.js';
import { summarize } from '../report/plan-words.js';
import { note as noteAside, print } from '../report/print.js';
import { assertPortsFree } from './assert-ports-free.js';
import { askGateway, type GatewayAnswer } from './gateway-answers.js';
import { prepare, type Preparation } from './prepare.js';

export interface ConvergeOptions {
  /** How people know what is being done: `fortress up`. */
  command: string;
  json: boolean;
  /** Seconds to wait for another process that works on the same project. */
  lockWait: number;
  /** Send requests through the gateway while it changes, and one in the end. */
  probe: boolean;
  signal: AbortSignal;
  /** What credentials are asked for beyond what is due. */
  credentials?: CredentialRequest;
  /** What to bring the stack to instead of the configuration; opened once nobody else changes the project. */
  open?: () => Promise<OpenedGeneration>;
  /** Names of services whose containers are replaced though nothing changed. */
  renew?: ReadonlySet<string>;
  /** Whether what now runs may stay; if not, the newest generation comes back. */
  judge?: (config: ResolvedConfig) => Promise<Judgement>;
}

/** `complaint`: why it may not stay; null: it may. */
export interface Judgement {
  complaint: string | null;
}

/** What became of the stack. */
export interface Converged {
  preparation: Preparation;
  /** Something was changed. */
  changed: boolean;
  answer: GatewayAnswer | null;
  /** What clients met meanwhile; null: nobody asked, or there was no gateway before. */
  probe: ProbeReport | null;
  /** Number of the generation that it is now. */
  generation: number;
}

/** How often a plan is made when the world turns out to be another one than it was made for. */
const ATTEMPTS = 5;

/**
 * Makes the running stack what a configuration says, under the project's lock, and tells how it goes.
 * @throws FortressError when the stack cannot be made so; what can be taken back has been
 */
export async function converge(config: ResolvedConfig, options: ConvergeOptions): Promise<Converged> {
  const { command, json, lockWait, signal } = options;
  const note = json ? noteAside : print;
  const connection = await connect();
  return withLock({ stateDir: config.stateDir, command, waitSeconds: lockWait, signal, note }, (lockSignal) =>
    convergeLocked(config, connection, { ...options, signal: lockSignal, note }),
  );
}

interface LockedOptions extends ConvergeOptions {
  note(line: string): void;
}

async function convergeLocked(
  given: ResolvedConfig,
  connection: Connection,
  options: LockedOptions,
): Promise<Converged> {
  const { command, json, note, signal, credentials: request, open, renew = new Set() } = options;
  const kept = open ? await open() : null;
  const config = kept?.config ?? given;
  let observed = await createDockerReader(connection).observe(config.project);
  const images = imageStore(connection.docker);
  const { source, reason } = kept
    ? await recordedImages(kept, images)
    : await chooseImageSource(config, images, runningSource(observed));
  const engine = createDockerEngine(connection, source);
  const avoid: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    // What was asked for is on disk after the first attempt.
    const asked = attempt === 1 ? request : {};
    const preparation = await prepare(config, observed, source, { avoid, request: asked, kept, renew });
    const { plan, credentials } = preparation;
    if (attempt === 1) announce(config, engine.describe(), reason, preparation, note);
    await assertPortsFree(plan, connection);
    const changed = changesAnything(plan) || credentials.changes.length > 0;
    const told = planToJson(plan);
    if (changed && attempt === 1) await runHook(config, 'beforeUp', told, { signal, note });
    await saveCredentials(config, credentials.wanted);
    let probe: ProbeReport | null;
    try {
      probe = await watched(probeOf(config, preparation, observed, connection, options), () =>
        carryOut(preparation, engine, json, signal),
      );
    } catch (error) {
      if (signal.aborted || attempt >= ATTEMPTS) throw error;
      const now = await engine.observe(config.project).catch(() => null);
      const change = now && whatChanged(error, preparation, observed, now);
      if (!change) throw error;
      note(change.told);
      avoid.push(...change.avoid);
      observed = now;
      continue;
    }
    const answer = options.probe ? await askGateway(config, credentials, connection.address, signal) : null;
    await assertAccepted(config, connection, options, changed);
    const generation = await recordGeneration(config, preparation, { cause: command });
    // The stack is up, guarded or not.
    await ensureGuard(config).catch((error: unknown) => note(`! ${messageOf(error)}`));
    if (changed) await runHook(config, 'afterUp', told, { signal, note });
    return { preparation, changed, answer, probe, generation };
  }
}

/** Why a plan that failed was made for another world than there is; null: it was made for this one. */
function whatChanged(
  error: unknown,
  { plan, stack }: Preparation,
  before: Observed,
  now: Observed,
): { told: string; /** Subnets. */ avoid: string[] } | null {
  const subnet = stack.networks.find(({ addresses }) => addresses)?.addresses?.subnet;
  if (isSubnetTaken(error) && subnet !== undefined) {
    return { told: `${subnet} is in use; trying another subnet`, avoid: [subnet] };
  }
  const stopped = stoppedMeanwhile(plan, before, now);
  if (stopped.length === 0) return null;
  return { told: `somebody else has stopped ${stopped.join(', ')} meanwhile; planning again`, avoid: [] };
}

/** Watches a change of a gateway that serves, where there is a login that is right before and after; else null. */
function probeOf(
  config: ResolvedConfig,
  { plan, credentials }: Preparation,
  { containers }: Observed,
  { address }: Connection,
  { probe }: LockedOptions,
): (() => Probe) | null {
  const { throughout } = credentials;
  const isServing = containers.some(({ service, state }) => service === 'gateway' && state === 'running');
  if (!probe || !isServing || !changesAnything(plan) || throughout === null) return null;
  return () => startProbe(config, { ...credentials, ...throughout }, address);
}

/** Does its work under the eyes of a probe, and tells what that saw. */
async function watched(start: (() => Probe) | null, work: () => Promise<void>): Promise<ProbeReport | null> {
  const probe = start?.() ?? null;
  try {
    await work();
  } catch (error) {
    await probe?.stop();
    throw error;
  }
  return (await probe?.stop()) ?? null;
}

/**
 * Goes back to the newest generation when what now runs is not accepted.
 * @throws FortressError (exit 1) with what is complained of
 */
async function assertAccepted(
  config: ResolvedConfig,
  connection: Connection,
  options: LockedOptions,
  changed: boolean,
): Promise<void> {
  const { judge, note } = options;
  const { complaint } = judge ? await judge(config) : { complaint: null };
  if (complaint === null) return;
  if (!changed) throw notAccepted(complaint, 'nothing was changed, so there is nothing to take back');
  const newest = (await listGenerations(config.stateDir)).at(-1);
  if (newest === undefined) {
    throw notAccepted(complaint, 'there is no generation to go back to: it runs on as it is');
  }
  note(`${complaint}; going back to generation ${newest.number}`);
  const { judge: _, credentials: __, renew: ___, ...rest } = options;
  const open = async (): Promise<OpenedGeneration> =>
    withHooks(await openGeneration(config.stateDir, newest.number), config.hooks);
  await convergeLocked(config, connection, { ...rest, open });
  throw notAccepted(
    complaint,
    `generation ${newest.number} serves again; see what failed: fortress up, fortress verify`,
  );
}

const notAccepted = (complaint: string, hint: string): FortressError =>
  operationError('NOT_ACCEPTED', 'the stack was not accepted', { why: complaint, hint });

/** Those that a generation ran on. */
async function recordedImages(
  { number, config, images: recorded }: OpenedGeneration,
  images: ImageStore,
): Promise<Choice<ImageSource>> {
  const present = imageSource(recorded.source, config, images);
  return { source: await recordedSource(recorded, present, images), reason: `those of generation ${number}` };
}

async function carryOut(
  { plan }: Preparation,
  engine: ReturnType<typeof createDockerEngine>,
  json: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (plan.operations.length === 0) return;
  const reporter = await createPlanReporter({ json });
  try {
    await runPlan(plan, engine, reporter.begin(plan), signal);
  } finally {
    await reporter.end();
  }
}

function announce(
  config: ResolvedConfig,
  engine: string,
  reason: string,
  { plan, credentials, stack }: Preparation,
  note: (line: string) => void,
): void {
  for (const warning of credentials.warnings) note(`! ${warning}`);
  if (!changesAnything(plan) && credentials.changes.length === 0) return;
  note(`${config.project} on ${engine}`);
  if (plan.operations.some(({ call }) => call.kind === 'image.ensure')) note(`images: ${reason}`);
  for (const { service, reason: why } of stack.omitted) note(`left out: ${service} (${why})`);
  for (const change of credentials.changes) note(formatCredentialChange(change));
  note(`plan: ${summarize(plan)}`);
}

const isSubnetTaken = (error: unknown): boolean => error instanceof FortressError && error.code === SUBNET_TAKEN;
