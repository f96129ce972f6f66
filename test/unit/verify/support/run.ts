import type { Check, Verdict } from '../../../../src/verify/check.js';
import { CHECKS } from '../../../../src/verify/checks/index.js';
import type { EngineProbe } from '../../../../src/verify/engine-probe.js';
import { runChecks, type VerifyReport } from '../../../../src/verify/run-checks.js';
import { openTarget, type TargetSpec } from '../../../../src/verify/target.js';
import type { Identity } from './certificates.js';
import { startGateway, type Faults } from './fake-gateway.js';
import { startMonitoring, type MonitoringFaults } from './fake-monitoring.js';

export interface Scenario {
  gateway?: Faults;
  monitoring?: MonitoringFaults;
  /** What is promised otherwise than by default. */
  promise?: Partial<TargetSpec>;
  engine?: EngineProbe;
  kinds?: Check['kind'][];
  only?: string[];
}

/** Starts a fake with these faults and asks it; paced requests come as fast as they can. */
export async function verifyFake(identity: Identity, scenario: Scenario = {}): Promise<VerifyReport> {
  const gateway = await startGateway(identity, scenario.gateway);
  const monitoring = await startMonitoring(gateway.handled, scenario.monitoring);
  const spec = { ...gateway.spec, ...monitoring.spec, ...scenario.promise };
  const target = openTarget(spec, { pace: 1, patience: 600, engine: scenario.engine ?? null });
  const kinds = scenario.kinds ?? ['paced', 'monitoring'];
  const checks = CHECKS.filter(({ id, kind }) => (scenario.only ? scenario.only.includes(id) : kinds.includes(kind)));
  try {
    return await runChecks(target, checks);
  } finally {
    await target.close();
    await Promise.all([gateway.close(), monitoring.close()]);
  }
}

/** Ids of the checks with this verdict. */
export const withVerdict = ({ results }: VerifyReport, verdict: Verdict): string[] =>
  results.filter((result) => result.verdict === verdict).map(({ id }) => id);
