import { createTwoFilesPatch } from 'diff';
import { formatCredentialChange } from '../../credentials/change.js';
import { connectReadOnly } from '../../engine/docker/read-only.js';
import { imageReader } from '../../engine/docker/images.js';
import { createDockerReader } from '../../engine/docker/reader.js';
import type { EngineReader } from '../../engine/engine.js';
import { ExitCode, type ExitCode as Code } from '../../errors.js';
import { assertObtainable, chooseImageCatalog } from '../../images/choose-source.js';
import type { Observed } from '../../plan/observed.js';
import type { Plan } from '../../plan/operation.js';
import { changesAnything } from '../../plan/plan-up.js';
import { runningSource } from '../../plan/running-source.js';
import { formatPlan, planToJson } from '../../report/plan-text.js';
import { print, printJson } from '../../report/print.js';
import type { ServiceFile } from '../../stack/stack.js';
import type { CommandBody } from '../command.js';
import { prepare } from '../prepare.js';
import { openProject } from '../project.js';

interface PlanOptions {
  exitCode?: boolean;
  diff: boolean;
}

/** `plan --exit-code`: there is something to do. */
const CHANGES: Code = 2;

export const run: CommandBody<PlanOptions> = async ({ options }) => {
  const config = await openProject(options);
  const connection = await connectReadOnly();
  const engine = createDockerReader(connection);
  const observed = await engine.observe(config.project);
  const images = imageReader(connection.docker);
  const { source, reason } = await chooseImageCatalog(config, images, runningSource(observed));
  await assertObtainable(config, source, images);
  const { plan, credentials, stack } = await prepare(config, observed, source);
  const changed = changesAnything(plan) || credentials.changes.length > 0;
  const diffs = options.diff ? await diffFiles(plan, observed, engine) : [];
  if (options.json) {
    const { omitted } = stack;
    printJson({
      changed,
      ...planToJson(plan),
      credentials: credentials.changes,
      warnings: credentials.warnings,
      omitted,
      images: { source: source.name, reason },
      diffs,
    });
  } else {
    for (const { service, reason: why } of stack.omitted) print(`left out: ${service} (${why})`);
    for (const warning of credentials.warnings) print(`! ${warning}`);
    for (const change of credentials.changes) print(`  ~ ${formatCredentialChange(change)}`);
    if (changesAnything(plan) || credentials.changes.length === 0) print(formatPlan(plan));
    for (const { diff } of diffs) print(`\n${diff.trimEnd()}`);
  }
  return options.exitCode && changed ? CHANGES : ExitCode.ok;
};

interface FileDiff {
  service: string;
  path: string;
  diff: string;
}

/** Differences between the files that a service runs with and those it would get; secrets are never read. */
async function diffFiles(plan: Plan, observed: Observed, engine: EngineReader): Promise<FileDiff[]> {
  const changes = plan.operations.flatMap(({ call }) => {
    if (call.kind === 'container.reload')
      return [{ service: call.service.name, container: call.name, files: call.files }];
    if (call.kind !== 'container.create') return [];
    const { service, files } = call.container;
    const old = observed.containers.find((container) => container.service === service.name);
    return old ? [{ service: service.name, container: old.name, files }] : [];
  });
  const first = changes.filter(
    ({ service }, index) => changes.findIndex((other) => other.service === service) === index,
  );
  const diffs = await Promise.all(first.map((change) => diffService(change, engine)));
  return diffs.flat();
}

async function diffService(
  { service, container, files }: { service: string; container: string; files: ServiceFile[] },
  engine: EngineReader,
): Promise<FileDiff[]> {
  const texts = files.filter(
    ({ secret, content, path }) => !secret && typeof content === 'string' && !path.endsWith('.crt'),
  );
  const before = await engine.readFiles(
    container,
    texts.map(({ path }) => path),
  );
  return texts.flatMap(({ path, content }) => {
    const old = before.get(path) ?? '';
    if (old === content) return [];
    return [{ service, path, diff: unifiedDiff(`${service}/${path}`, old, String(content)) }];
  });
}

/** Without the "Index" lines, which say nothing that the next two don't. */
const unifiedDiff = (name: string, before: string, after: string): string =>
  createTwoFilesPatch(name, name, before, after, 'running', 'planned', { context: 2 }).split('\n').slice(2).join('\n');
