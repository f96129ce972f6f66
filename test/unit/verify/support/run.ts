import type { Check, Verdict } from '../../../../src/verify/check.js';
import { hygieneSecrets } from '../../../../src/verify/checks/hygiene-secrets.js';
import { CHECKS } from '../../../../src/verify/checks/index.js';
import { portOf } from '../../../../src/verify/deployed-roles.js';
import type { EngineProbe } from '../../../../src/verify/engine-probe.js';
import { runChecks, type VerifyReport } from '../../../../src/verify/run-checks.js';
import { openTarget, type TargetSpec } from '../../../../src/verify/target.js';
import type { Identity } from './certificates.js';
import { makeContainer, published } from './containers.js';
import { startGateway, type Faults } from './fake-gateway.js';
import { startMonitoring, type MonitoringFaults } from './fake-monitoring.js';

export interface Scenario {
  gateway?: Faults;
  monitoring?: MonitoringFaults;
  /** What is promised otherwise than by default. */
  promise?: Partial<TargetSpec>;
  /** Without one the check that asks nobody else is not run, unless it is named. */
  engine?: EngineProbe;
  kinds?: Check['kind'][];
  only?: string[];
}

/** Starts a fake with these faults and asks it; paced requests come as fast as they can. */
export async function verifyFake(identity: Identity, scenario: Scenario = {}): Promise<VerifyReport> {
  const gateway = await startGateway(identity, scenario.gateway);
  const monitoring = await startMonitoring(gateway.handled, scenario.monitoring);
  const deployment = deploymentOf(gateway.spec);
  const spec = { ...gateway.spec, ...monitoring.spec, deployment, ...scenario.promise };
  const target = openTarget(spec, { pace: 1, patience: 600, engine: scenario.engine ?? null });
  const kinds = scenario.kinds ?? ['paced', 'monitoring', 'closing'];
  const checks = CHECKS.filter((check) =>
    scenario.only
      ? scenario.only.includes(check.id)
      : kinds.includes(check.kind) &&
        (check.isPromised?.(target.spec) ?? true) &&
        (check !== hygieneSecrets || scenario.engine !== undefined),
  );
  try {
    return await runChecks(target, checks);
  } finally {
    await target.close();
    await Promise.all([gateway.close(), monitoring.close()]);
  }
}

/** A container in front that publishes what the fake listens on, and what is behind it. */
const deploymentOf = ({ https, http }: TargetSpec): TargetSpec['deployment'] => ({
  containers: [
    makeContainer('nginx', { ports: [published(portOf(https), 443), published(portOf(http), 80)] }),
    ...['api-v1-1', 'api-v1-2', 'api-v1-3', 'api-v2-1'].map((name) => makeContainer(name)),
  ],
});

/** Ids of the checks with this verdict. */
export const withVerdict = ({ results }: VerifyReport, verdict: Verdict): string[] =>
  results.filter((result) => result.verdict === verdict).map(({ id }) => id);
