import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { PRESETS } from '../../config/presets.js';
import { projectFromFolder } from '../../config/resolve.js';
import { ExitCode, messageOf, operationError, usageError } from '../../errors.js';
import { print, printJson } from '../../report/print.js';
import { scaffold, type ScaffoldedFile } from '../scaffold.js';
import type { CommandBody } from '../command.js';

interface InitOptions {
  preset?: string;
  force?: boolean;
}

export const run: CommandBody<InitOptions> = async ({ args: [target = '.'], options }) => {
  const preset = presetOf(options.preset ?? 'default');
  const folder = resolve(target);
  const files = await create(folder, () =>
    scaffold({ folder, project: projectFromFolder(folder), preset, force: options.force === true }),
  );
  if (options.json) printJson({ folder, preset, files });
  else print(summary(folder, files));
  return ExitCode.ok;
};

function presetOf(name: string): keyof typeof PRESETS {
  if (name in PRESETS) return name as keyof typeof PRESETS;
  throw usageError(`--preset: found "${name}"; expected ${Object.keys(PRESETS).join(' or ')}`);
}

async function create(folder: string, work: () => Promise<ScaffoldedFile[]>): Promise<ScaffoldedFile[]> {
  try {
    await mkdir(folder, { recursive: true });
    return await work();
  } catch (error) {
    throw operationError('SCAFFOLD', `the project could not be written to ${folder}`, {
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
