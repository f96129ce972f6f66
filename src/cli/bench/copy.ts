import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedConfig } from '../../config/resolved.js';
import { prepare } from '../prepare.js';
import type { Connection } from '../../engine/docker/connect.js';
import { createDockerEngine } from '../../engine/docker/docker-engine.js';
import { SUBNET_TAKEN } from '../../engine/docker/networks.js';
import { runPlan } from '../../engine/run-plan.js';
import { FortressError } from '../../errors.js';
import type { ImageSource } from '../../images/image-source.js';
import type { Plan } from '../../plan/operation.js';
import { planDown } from '../../plan/plan-down.js';
import { planUp } from '../../plan/plan-up.js';
import { createPlanReporter } from '../../report/plan-reporter.js';
import { readClientProgram } from '../../bench/client-program.js';
import { copyRenderer, copyStack } from '../../bench/copy-stack.js';
import type { Layer } from '../../bench/layers.js';

/** How a copy is brought up and taken down. */
export interface CopyContext {
  /** Of the copy. */
  config: ResolvedConfig;
  connection: Connection;
  source: ImageSource;
  json: boolean;
}

/** Names of the copy's containers, by service. */
export type CopyContainers = Record<string, string[]>;

/** How often another subnet is tried when the engine refuses ours. */
const SUBNET_ATTEMPTS = 5;

/** Brings the copy up, and waits until all of it is ready. Its credentials are made for it and written nowhere. */
export async function bringUp(context: CopyContext, layers: Layer[], signal: AbortSignal): Promise<CopyContainers> {
  const avoid: string[] = [];
  for (;;) {
    const { plan, subnet } = await planCopy(context, layers, avoid);
    try {
      await carryOut(context, plan, signal);
      return containersOf(plan);
    } catch (error) {
      const isTaken = error instanceof FortressError && error.code === SUBNET_TAKEN;
      if (!isTaken || subnet === undefined || avoid.length >= SUBNET_ATTEMPTS) throw error;
      avoid.push(subnet);
    }
  }
}

/** Takes away all that there is of the copy, whoever made it. Nothing interrupts it. */
export async function takeDown(context: CopyContext): Promise<void> {
  const { config, connection, source } = context;
  const observed = await createDockerEngine(connection, source).observe(config.project);
  await carryOut(
    context,
    planDown(config.project, observed, { volumes: true, images: false }),
    new AbortController().signal,
  );
  // Where the image of the APIs had to be built.
  await rm(join(config.stateDir, 'build'), { recursive: true, force: true });
}

async function planCopy(
  { config, connection, source }: CopyContext,
  layers: Layer[],
  avoid: string[],
): Promise<{ plan: Plan; subnet: string | undefined }> {
  const observed = await createDockerEngine(connection, source).observe(config.project);
  const { stack: whole, credentials, render } = await prepare(config, observed, source, { avoid });
  const stack = copyStack(whole, layers, source.reference('api'));
  const program = readClientProgram();
  const plan = planUp(stack, observed, copyRenderer({ config, layers, users: credentials.users, program, render }));
  return { plan, subnet: stack.networks.find(({ addresses }) => addresses)?.addresses?.subnet };
}

async function carryOut({ connection, source, json }: CopyContext, plan: Plan, signal: AbortSignal): Promise<void> {
  if (plan.operations.length === 0) return;
  const reporter = await createPlanReporter({ json });
  try {
    await runPlan(plan, createDockerEngine(connection, source), reporter.begin(plan), signal);
  } finally {
    await reporter.end();
  }
}

function containersOf({ operations }: Plan): CopyContainers {
  const containers: CopyContainers = {};
  for (const { call } of operations) {
    if (call.kind !== 'container.create') continue;
    const { service, name } = call.container;
    containers[service.name] = [...(containers[service.name] ?? []), name];
  }
  return containers;
}
