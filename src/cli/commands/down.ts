import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TRANSLATIONS } from '../../config/load.js';
import type { ResolvedConfig } from '../../config/resolved.js';
import { readStore } from '../../credentials/store.js';
import { connect } from '../../engine/docker/connect.js';
import { createDockerEngine } from '../../engine/docker/docker-engine.js';
import { runPlan } from '../../engine/run-plan.js';
import { ExitCode } from '../../errors.js';
import { endGuard } from '../../guard/start-guard.js';
import { runHook } from '../../hooks/run-hooks.js';
import { withLock } from '../../lock/with-lock.js';
import { planDown } from '../../plan/plan-down.js';
import { createPlanReporter } from '../../report/plan-reporter.js';
import { planToJson } from '../../report/plan-text.js';
import { seconds, summarize } from '../../report/plan-words.js';
import { note, print, printJson } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { parseSeconds } from '../parse-options.js';
import { openProject } from '../project.js';

interface DownOptions {
  volumes?: boolean;
  purge?: boolean;
  lockTimeout: string;
}

/** What `--purge` removes of the state folder; the lock goes by itself. */
const PURGED = ['secrets', 'build', 'generations', TRANSLATIONS, 'guard.log', 'guard.log.1'];

export const run: CommandBody<DownOptions> = async ({ options, signal }) => {
  const startedAt = performance.now();
  const { volumes = false, purge = false, json = false } = options;
  const waitSeconds = parseSeconds(options.lockTimeout);
  const config = await openProject(options);
  const engine = createDockerEngine(await connect(), null);
  const lock = { stateDir: config.stateDir, command: 'fortress down', waitSeconds, signal, note };
  // What was loaded from a bundle could not be built anew.
  const images = purge && config.images.source !== 'archive';
  const { plan, kept } = await withLock(lock, async (lockSignal) => {
    const observed = await engine.observe(config.project);
    const downPlan = planDown(config.project, observed, { volumes: volumes || purge, images });
    if (downPlan.operations.length > 0) {
      await runHook(config, 'beforeDown', planToJson(downPlan), { signal: lockSignal, note });
    }
    const reporter = await createPlanReporter({ json });
    try {
      if (downPlan.operations.length > 0) await runPlan(downPlan, engine, reporter.begin(downPlan), lockSignal);
    } finally {
      await reporter.end();
    }
    // What could not be removed above stays guarded.
    await endGuard(config.stateDir);
    if (purge) await removeSecrets(config);
    const left = {
      volumes: volumes || purge ? [] : observed.volumes,
      images: purge ? observed.built.filter(({ usedBy }) => !images || usedBy.length > 0) : [],
    };
    return { plan: downPlan, kept: left };
  });
  if (json) {
    printJson({
      ...planToJson(plan),
      keptVolumes: kept.volumes,
      keptImages: kept.images.map(({ reference }) => reference),
      purged: purge,
    });
    return ExitCode.ok;
  }
  const took = seconds(performance.now() - startedAt);
  print(
    plan.operations.length === 0
      ? `✓ ${config.project} is not up, nothing to remove`
      : `✓ ${config.project} is down (${took}): ${summarize(plan).replaceAll(' to remove', '')} removed`,
  );
  if (purge) print('  purged: certificates, passwords, build contexts and generations');
  if (kept.volumes.length > 0) print(`  kept: ${kept.volumes.join(', ')} (remove with fortress down --volumes)`);
  for (const { reference, usedBy } of kept.images)
    print(`  kept: ${reference} (${images ? `used by ${usedBy.join(', ')}` : "images.source: 'archive'"})`);
  return ExitCode.ok;
};

/** Removes what `--purge` promises, and the copy of the CA certificate if it is still the one we made. */
async function removeSecrets(config: ResolvedConfig): Promise<void> {
  const { caCertificate, caCopy } = await readStore(config);
  const { caFile } = config.gateway.tls;
  if (caFile !== null && caCopy !== null && caCopy === caCertificate) await rm(caFile);
  await Promise.all(PURGED.map((folder) => rm(join(config.stateDir, folder), { recursive: true, force: true })));
}
