import type { ResolvedConfig } from '../../config/resolved.js';
import { formatCredentialChange } from '../../credentials/change.js';
import { saveCredentials } from '../../credentials/save.js';
import { connect, type Connection } from '../../engine/docker/connect.js';
import { createDockerReader } from '../../engine/docker/reader.js';
import { createDockerEngine } from '../../engine/docker/docker-engine.js';
import { imageStore } from '../../engine/docker/images.js';
import { SUBNET_TAKEN } from '../../engine/docker/networks.js';
import { runPlan } from '../../engine/run-plan.js';
import { ExitCode, FortressError } from '../../errors.js';
import { chooseImageSource } from '../../images/choose-source.js';
import { withLock } from '../../lock/with-lock.js';
import { changesAnything } from '../../plan/plan-up.js';
import { runningSource } from '../../plan/running-source.js';
import { createPlanReporter } from '../../report/plan-reporter.js';
import { planToJson } from '../../report/plan-text.js';
import { seconds, summarize } from '../../report/plan-words.js';
import { print, printJson } from '../../report/print.js';
import { assertPortsFree } from '../assert-ports-free.js';
import type { CommandBody } from '../command.js';
import { askGateway, type GatewayAnswer } from '../gateway-answers.js';
import { formatLinks, linksOf } from '../links.js';
import { parseSeconds } from '../parse-options.js';
import { prepare, type Preparation } from '../prepare.js';
import { openProject } from '../project.js';

/** How often another subnet is tried when the engine refuses ours. */
const SUBNET_ATTEMPTS = 5;

interface UpOptions {
  lockTimeout: string;
  probe: boolean;
}

interface Outcome {
  preparation: Preparation;
  answer: GatewayAnswer | null;
}

export const run: CommandBody<UpOptions> = async ({ options, signal }) => {
  const startedAt = performance.now();
  const waitSeconds = parseSeconds(options.lockTimeout);
  const config = await openProject(options);
  const note = (line: string): void => {
    if (options.json) process.stderr.write(`${line}\n`);
    else print(line);
  };
  const connection = await connect();
  const { preparation, answer } = await withLock(
    { stateDir: config.stateDir, command: 'fortress up', waitSeconds, signal, note },
    (lockSignal) => converge(config, connection, options, note, lockSignal),
  );
  const took = performance.now() - startedAt;
  const grafana = !preparation.stack.omitted.some(({ service }) => service === 'grafana');
  const links = linksOf(config, { grafana });
  if (options.json) {
    const { stack, credentials, plan } = preparation;
    printJson({
      changed: changesAnything(plan),
      plan: planToJson(plan),
      credentials: credentials.changes,
      omitted: stack.omitted,
      answer,
      links,
      milliseconds: Math.round(took),
    });
    return ExitCode.ok;
  }
  print(closing(preparation, answer, took));
  print(formatLinks(links));
  return ExitCode.ok;
};

async function converge(
  config: ResolvedConfig,
  connection: Connection,
  { json, probe }: { json?: boolean; probe: boolean },
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<Outcome> {
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
      await carryOut(preparation, engine, json === true, signal);
      return { preparation, answer: probe ? await askGateway(config, credentials, connection.address, signal) : null };
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

function closing({ plan, stack, credentials }: Preparation, answer: GatewayAnswer | null, took: number): string {
  const changed = changesAnything(plan) || credentials.changes.length > 0;
  const state = changed ? 'up' : 'up already, nothing to change';
  const proof = answer ? `; a prediction came back in ${Math.round(answer.milliseconds)} ms ("${answer.label}")` : '';
  return `\n✓ ${stack.project} is ${state} (${seconds(took)})${proof}\n`;
}

const isSubnetTaken = (error: unknown): boolean => error instanceof FortressError && error.code === SUBNET_TAKEN;
