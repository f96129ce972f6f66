import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { PRESETS } from '../../config/presets.js';
import { projectFromFolder } from '../../config/resolve.js';
import { ExitCode, FortressError, messageOf, operationError, usageError } from '../../errors.js';
import { print, printJson } from '../../report/print.js';
import { BACKENDS, scaffold, type Backend, type ScaffoldedFile, type ScaffoldOptions } from '../scaffold.js';
import type { CommandBody } from '../command.js';

interface InitOptions {
  preset?: string;
  backend?: string;
  from?: string;
  force?: boolean;
}

export const run: CommandBody<InitOptions> = async ({ args: [target], options }) => {
  const force = options.force === true;
  if (options.from !== undefined) return importFrom(options.from, target ?? options.from, { ...options, force });
  const preset = presetOf(options.preset ?? 'default');
  const folder = resolve(target ?? '.');
  const backend = backendOf(options.backend ?? 'server');
  const files = await create({ folder, project: projectFromFolder(folder), preset, backend, force });
  if (options.json) printJson({ folder, preset, backend, files });
  else print(summary(folder, files));
  return ExitCode.ok;
};

/** Writes what the project of another folder, or of this one, does. */
async function importFrom(
  from: string,
  target: string,
  options: Omit<InitOptions, 'force'> & { force: boolean; json?: boolean },
): Promise<number> {
  const given = options.preset === undefined ? 'backend' : 'preset';
  if (options[given] !== undefined)
    throw usageError(`--${given}: found "${options[given]}" beside --from; expected one of them`, {
      hint: `what is imported says which ${given} is the right one`,
    });
  const { describeImport, importInto } = await import('../import-into.js');
  const folder = resolve(target);
  const imported = await importInto(from, folder);
  const { config, text, carried, left } = imported;
  const preset = config.preset ?? 'default';
  const project = config.project ?? projectFromFolder(folder);
  const model = config.apis === undefined;
  const files = await create({ folder, project, preset, backend: 'server', force: options.force, config: text, model });
  if (options.json) printJson({ folder, preset, files, carried, left });
  else print(`${describeImport(imported)}\n\n${summary(folder, files)}`);
  return ExitCode.ok;
}

function presetOf(name: string): keyof typeof PRESETS {
  if (Object.hasOwn(PRESETS, name)) return name as keyof typeof PRESETS;
  throw usageError(`--preset: found "${name}"; expected ${Object.keys(PRESETS).join(' or ')}`);
}

function backendOf(name: string): Backend {
  const backend = BACKENDS.find((known) => known === name);
  if (backend) return backend;
  throw usageError(`--backend: found "${name}"; expected ${BACKENDS.join(' or ')}`);
}

async function create(options: ScaffoldOptions): Promise<ScaffoldedFile[]> {
  try {
    await mkdir(options.folder, { recursive: true });
    return await scaffold(options);
  } catch (error) {
    if (error instanceof FortressError) throw error;
    throw operationError('SCAFFOLD', `the project could not be written to ${options.folder}`, {
      why: messageOf(error),
      hint: 'choose a folder that you may write to',
      cause: error,
    });
  }
}

function summary(folder: string, files: ScaffoldedFile[]): string {
  const lines = files.map(({ path, action }) => `  ${action.padEnd(11)} ${path}`);
  if (files.some(({ action }) => action === 'kept'))
    lines.push('', 'Kept files are yours as they were; --force overwrites them.');
  const there = relative(process.cwd(), folder);
  const steps = [...(there === '' ? [] : [`cd ${there}`]), 'fortress up', 'fortress verify'];
  return [...lines, '', 'Next:', ...steps.map((step) => `  ${step}`)].join('\n');
}
