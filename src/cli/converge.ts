import type { ResolvedConfig } from '../config/resolved.js';
import { formatCredentialChange } from '../credentials/change.js';
import { saveCredentials } from '../credentials/save.js';
import { connect, type Connection } from '../engine/docker/connect.js';
import { createDockerEngine } from '../engine/docker/docker-engine.js';
import { imageStore } from '../engine/docker/images.js';
import { SUBNET_TAKEN } from '../engine/docker/networks.js';
import { createDockerReader } from '../engine/docker/reader.js';
import { runPlan } from '../engine/run-plan.js';
import { FortressError } from '../errors.js';
import { chooseImageSource } from '../images/choose-source.js';
import { withLock } from '../lock/with-lock.js';
import { changesAnything } from '../plan/plan-up.js';
import { runningSource } from '../plan/running-source.js';
import { createPlanReporter } from '../report/plan-reporter.js';
import { summarize } from '../report/plan-words.js';
import { print } from '../report/print.js';
import { assertPortsFree } from './assert-ports-free.js';
import { askGateway, type GatewayAnswer } from './gateway-answers.js';
import { prepare, type Preparation } from './prepare.js';

export interface ConvergeOptions {
  /** How people know what is being done: `fortress up`. */
  command: string;
  json: boolean;
  /** Seconds to wait for another process that works on the same project. */
  lockWait: number;
  /** Ask for a prediction in the end. */
  probe: boolean;
  signal: AbortSignal;
}

/** What became of the stack. */
export interface Converged {
  preparation: Preparation;
  /** Something was changed. */
  changed: boolean;
  answer: GatewayAnswer | null;
}

/** How often another subnet is tried when the engine refuses ours. */
const SUBNET_ATTEMPTS = 5;

/**
 * Makes the running stack what a configuration says, under the project's lock, and tells how it goes.
 * @throws FortressError when the stack cannot be made so; what can be taken back has been
 */
export async function converge(config: ResolvedConfig, options: ConvergeOptions): Promise<Converged> {
  const { command, json, lockWait, signal } = options;
  const note = (line: string): void => {
    if (json) process.stderr.write(`${line}\n`);
    else print(line);
  };
  const connection = await connect();
  return withLock({ stateDir: config.stateDir, command, waitSeconds: lockWait, signal, note }, (lockSignal) =>
    convergeLocked(config, connection, { ...options, signal: lockSignal, note }),
  );
}

interface LockedOptions extends ConvergeOptions {
  note(line: string): void;
}

async function convergeLocked(
  config: ResolvedConfig,
  connection: Connection,
  { json, probe, note, signal }: LockedOptions,
): Promise<Converged> {
  let observed = await createDockerReader(connection).observe(config.project);
  const images = imageStore(connection.docker);
  const { source, reason } = await chooseImageSource(config, images, runningSource(observed));
  const engine = createDockerEngine(connection, source);
  const avoid: string[] = [];
  for (;;) {
    const preparation = await prepare(config, observed, source, avoid);
    const { plan, credentials, stack } = preparation;
    if (avoid.length === 0) announce(config, engine.describe(), reason, preparation, note);
    await assertPortsFree(plan, connection);
    await saveCredentials(config, credentials.wanted);
    try {
      await carryOut(preparation, engine, json, signal);
      return {
        preparation,
        changed: changesAnything(plan) || credentials.changes.length > 0,
        answer: probe ? await askGateway(config, credentials, connection.address, signal) : null,
      };
    } catch (error) {
      const subnet = stack.networks.find(({ addresses }) => addresses)?.addresses?.subnet;
      if (!isSubnetTaken(error) || subnet === undefined || avoid.length >= SUBNET_ATTEMPTS) throw error;
      note(`${subnet} is in use; trying another subnet`);
      avoid.push(subnet);
      observed = await engine.observe(config.project);
    }
  }
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
  if (!changesAnything(plan) && credentials.changes.length === 0) return;
  note(`${config.project} on ${engine}`);
  if (plan.operations.some(({ call }) => call.kind === 'image.ensure')) note(`images: ${reason}`);
  for (const { service, reason: why } of stack.omitted) note(`left out: ${service} (${why})`);
  for (const change of credentials.changes) note(formatCredentialChange(change));
  note(`plan: ${summarize(plan)}`);
}

const isSubnetTaken = (error: unknown): boolean => error instanceof FortressError && error.code === SUBNET_TAKEN;
