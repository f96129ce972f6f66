import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKS } from '../../../src/verify/checks/index.js';
import { declareTarget } from '../../../src/verify/declare-target.js';
import { readExternal } from '../../../src/verify/read-external.js';
import { runChecks, type CheckReport } from '../../../src/verify/run-checks.js';
import { openTarget, type TargetSpec } from '../../../src/verify/target.js';
import { makeIdentity } from '../../unit/verify/support/certificates.js';
import { freePort } from '../../support/ports.js';
import { withLane, type Lanes } from './lanes.js';
import { judge, type Outcome } from './outcome.js';
import type { SabotageCase } from './sabotage-case.js';
import { CREDENTIALS, studentStack, type CasePorts, type StudentStack } from './student-stack.js';

/**
 * Milliseconds between paced requests: within 10/s, and less than half of what people would wait.
 * Cases that rest on timing keep the usual pace.
 */
const PACE = 120;
const PATIENCE = 3000;
const DISCOVERY_SECONDS = 6;

/** Starts the stack of a case, asks the checks that it names, and compares their verdicts. */
export const verifyCase = (lanes: Lanes, one: SabotageCase): Promise<Outcome[]> =>
  withStack(lanes, one, async (stack, flags) => judge(one, await resultsOf(one, stack, flags)));

/** Starts the stack of a case for as long as it is used; `flags` are what `fortress verify` is to be told. */
export async function withStack<T>(
  lanes: Lanes,
  one: SabotageCase,
  use: (stack: StudentStack, flags: VerifyFlags) => Promise<T>,
): Promise<T> {
  const stack = await one.change(studentStack(await freePorts(), await makeIdentity()));
  return withLane(lanes, stack, async (lane) => {
    const running = await lane.start(stack);
    const ca = join(tmpdir(), `${lane.project}.crt`);
    try {
      await writeFile(ca, stack.ca);
      return await use(stack, flagsFor(stack, ca, lane.project));
    } finally {
      await running.stop();
      await rm(ca, { force: true });
    }
  });
}

export type VerifyFlags = ReturnType<typeof flagsFor>;

const flagsFor = ({ ports }: StudentStack, ca: string, composeProject: string) => ({
  url: `https://localhost:${ports.https}`,
  http: `http://localhost:${ports.http}`,
  ca,
  composeProject,
  user: CREDENTIALS.user,
});

/** As `fortress verify --url …` does it, but for the checks of this case only. */
async function resultsOf(one: SabotageCase, { promise }: StudentStack, flags: VerifyFlags): Promise<CheckReport[]> {
  const declared = declareTarget(flags, promise, { gateway: CREDENTIALS.password, grafana: undefined });
  const { spec, engine } = await readExternal(declared);
  const target = openTarget(hasten(spec), {
    ...(one.timed ? {} : { pace: PACE }),
    patience: PATIENCE,
    engine,
  });
  try {
    const checks = CHECKS.filter(({ id }) => id in one.expect);
    return (await runChecks(target, checks)).results;
  } finally {
    await target.close();
  }
}

/** Here Prometheus has started with its configuration: it need not discover any. */
const hasten = (spec: TargetSpec): TargetSpec => ({
  ...spec,
  prometheus: spec.prometheus && { ...spec.prometheus, discoverySeconds: DISCOVERY_SECONDS },
});

async function freePorts(): Promise<CasePorts> {
  return {
    https: await freePort(),
    http: await freePort(),
    other: await freePort(),
    exporter: await freePort(),
    prometheus: await freePort(),
    grafana: await freePort(),
  };
}
