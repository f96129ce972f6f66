import { relative, resolve } from 'node:path';
import { ExitCode, usageError } from '../../errors.js';
import { formatNamed, writeArchive } from '../../export/archive.js';
import type { Exported } from '../../export/exported.js';
import { assertPlace } from '../../export/place.js';
import { EXPORTERS } from '../../export/targets.js';
import { writeTree } from '../../export/write-tree.js';
import { note, print, printJson } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { exportMaterial } from '../export-material.js';
import { openProject } from '../project.js';

interface Options {
  archive?: string;
  force?: boolean;
}

/** `fortress export exam|compose|kubernetes <folder>`: the stack as the plain files of another tool. */
export const run: CommandBody<Options> = async ({ args: [target = '', to = ''], options, signal }) => {
  const load = Object.hasOwn(EXPORTERS, target) ? EXPORTERS[target] : undefined;
  if (!load) {
    throw usageError(`fortress export has no "${target}"; expected ${Object.keys(EXPORTERS).join(', ')}`, {
      hint: 'for example: fortress export compose deploy/',
    });
  }
  const { archive, force = false } = options;
  if (archive !== undefined) formatNamed(archive);
  const folder = resolve(to);
  const config = await openProject(options);
  assertPlace(config, folder, archive === undefined ? null : resolve(archive));
  const exporter = await load();
  const command = `fortress export ${target}`;
  const { material, images } = await exportMaterial(config, { command, signal, note });
  const exported = await exporter(material);
  await writeTree(folder, exported, force);
  if (archive !== undefined) await writeArchive(resolve(archive), exported);
  if (options.json) printJson(documentOf(target, folder, archive, images.reason, exported));
  else print(summary(folder, archive, images.reason, exported));
  return ExitCode.ok;
};

const documentOf = (
  target: string,
  folder: string,
  archive: string | undefined,
  images: string,
  { files, left, next }: Exported,
): object => ({
  target,
  folder,
  archive: archive === undefined ? null : resolve(archive),
  images,
  files: files.map(({ path }) => path),
  left,
  next,
});

function summary(folder: string, archive: string | undefined, images: string, { files, left, next }: Exported): string {
  const there = relative(process.cwd(), folder) || '.';
  const steps = there === '.' ? next : [`cd ${there}`, ...next];
  return [
    ...files.map(({ path }) => `  ${path}`),
    '',
    `${files.length} files in ${there}${archive === undefined ? '' : `, and packed in ${archive}`}`,
    `images: ${images}`,
    ...(left.length === 0 ? [] : ['', 'Not carried over:', ...left.map(({ what, why }) => `  ${what}: ${why}`)]),
    ...(steps.length === 0 ? [] : ['', 'Next:', ...steps.map((step) => `  ${step}`)]),
  ].join('\n');
}
