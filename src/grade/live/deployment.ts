import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCompose, type ComposeDocument, type Mapping } from '../compose/document.js';
import { hazardsOf, type Hazard } from '../compose/hazards.js';
import { isolate } from '../compose/isolate.js';
import { realPlacesOf } from '../compose/real-places.js';
import { variablesOf } from '../compose/variables.js';
import { readText } from '../files.js';
import type { Project } from '../project.js';
import type { ComposeTool } from './compose-tool.js';
import type { RunTool, ToolResult } from './run-tool.js';

export interface StartOptions {
  run: RunTool;
  tool: ComposeTool;
  /** For what grading itself writes. */
  work: string;
  signal: AbortSignal;
  note(line: string): void;
}

/** A submission that is resolved, judged, and ready to be started. */
export interface Prepared {
  project: string;
  compose: ComposeDocument;
  build(): Promise<ToolResult>;
  up(): Promise<ToolResult>;
  logs(): Promise<string>;
  /** Containers, networks, volumes and the images that were built. */
  down(): Promise<ToolResult>;
  /** The command that does the same, for people. */
  byHand: string;
}

const MINUTE = 60_000;
const RESOLVE_TIMEOUT = MINUTE;
const BUILD_TIMEOUT = 30 * MINUTE;
const UP_TIMEOUT = 15 * MINUTE;
const DOWN_TIMEOUT = 3 * MINUTE;
const DOWN = ['down', '--volumes', '--remove-orphans', '--rmi', 'local'];

/**
 * Has compose resolve what was judged of the file, judges the outcome, and writes what will be started:
 * the very thing that was judged, so that nothing can change in between.
 */
export async function prepare(
  submission: Project,
  options: StartOptions,
): Promise<Prepared | { hazards: Hazard[] } | { invalid: string }> {
  const project = `fortress-grade-${randomBytes(3).toString('hex')}`;
  const resolved = await resolveCompose(submission, project, options);
  if ('invalid' in resolved) return resolved;
  const hazards = hazardsOf(resolved, { root: submission.root, resolved: true });
  if (hazards.length > 0) return { hazards };
  const { realPath, hazards: links } = await realPlacesOf(resolved, submission.root);
  if (links.length > 0) return { hazards: links };
  const file = join(options.work, 'compose.yaml');
  const defaultImage = (service: string): string => options.tool.defaultImage(project, service);
  await writeUnambiguously(file, isolate(resolved, { defaultImage, realPath }));
  return deploymentOf(project, resolved, file, options);
}

/** As JSON, which is YAML too: no two parsers read it differently, so compose reads what was judged. */
const writeUnambiguously = (file: string, compose: Mapping): Promise<void> =>
  writeFile(file, `${JSON.stringify(compose, null, 2)}\n`);

/** Newer releases of compose would fetch included files, by way of the git of this machine. */
const NOTHING_REMOTE = {
  COMPOSE_EXPERIMENTAL_GIT_REMOTE: 'false',
  COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'false',
  GIT_ALLOW_PROTOCOL: 'none',
};

async function resolveCompose(
  { root, composeFile, compose }: Project,
  project: string,
  { run, tool, work, signal }: StartOptions,
): Promise<ComposeDocument | { invalid: string }> {
  const noVariables = join(work, 'no.env');
  await writeFile(noVariables, '');
  const file = join(work, 'submitted.yaml');
  await writeUnambiguously(file, compose.raw);
  const parameters = [
    '--file',
    file,
    '--project-directory',
    root,
    '--project-name',
    project,
    '--env-file',
    noVariables,
  ];
  const env = { ...NOTHING_REMOTE, ...variablesOf(JSON.stringify(compose.raw), await readText(root, '.env'), root) };
  const { ok, stdout, output } = await run([...tool.command, ...parameters, 'config'], {
    cwd: work,
    env,
    timeout: RESOLVE_TIMEOUT,
    signal,
  });
  return ok ? parseCompose(stdout, composeFile) : { invalid: output };
}

function deploymentOf(
  project: string,
  compose: ComposeDocument,
  file: string,
  { run, tool, work, signal }: StartOptions,
): Prepared {
  const command = [...tool.command, '--file', file, '--project-directory', work, '--project-name', project];
  const call = (parameters: string[], timeout: number, stop?: AbortSignal): Promise<ToolResult> =>
    run([...command, ...parameters], {
      cwd: work,
      timeout,
      ...(stop ? { signal: stop } : {}),
    });
  return {
    project,
    compose,
    build: () => call(['build'], BUILD_TIMEOUT, signal),
    up: () => call(['up', '--detach', '--no-build'], UP_TIMEOUT, signal),
    logs: async () => (await call(['logs', '--no-color', '--tail', '20'], MINUTE)).output,
    // Without the signal: after Ctrl-C it has to run all the same.
    down: () => call([...DOWN, '--timeout', '5'], DOWN_TIMEOUT),
    byHand: [...command, ...DOWN].join(' '),
  };
}
