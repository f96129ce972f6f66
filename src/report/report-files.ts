import { access, constants, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { writeFileAtomically } from '../credentials/atomic-write.js';
import { messageOf, operationError, usageError } from '../errors.js';

/** What reports can be written as: by the name of a format, what makes its text. */
export type ReportFormats<Format extends string, Report> = Readonly<Record<Format, (report: Report) => string>>;

/** A report that was asked for. */
export interface ReportFile<Format extends string = string> {
  format: Format;
  /** Absolute. */
  path: string;
}

const REPORT_MODE = 0o644;

/**
 * Reads what `--report` was given, `FORMAT=FILE` each; the file relative to the working folder.
 * @throws FortressError (exit 2) when a format is unknown, a file is missing, or two would be one file
 */
export function parseReportOption<Format extends string>(
  texts: readonly string[],
  formats: ReportFormats<Format, never>,
): ReportFile<Format>[] {
  const files = texts.map((text) => parse(text, formats));
  const twice = files.find(({ path }, index) => files.findIndex((other) => other.path === path) !== index);
  if (twice) {
    throw usageError(`--report: two reports would be written to ${twice.path}`, {
      hint: 'Give each one its own file.',
    });
  }
  return files;
}

function parse<Format extends string>(text: string, formats: ReportFormats<Format, never>): ReportFile<Format> {
  const names = Object.keys(formats);
  const hint = `--report takes ${names.join(', ')} and a file, e.g. --report html=report.html; repeat it for more.`;
  const [, format = '', file = ''] = /^([^=]*)=?(.*)$/s.exec(text) ?? [];
  if (!isFormat(format, formats)) throw usageError(`--report ${text}: there is no format "${format}"`, { hint });
  if (file === '') throw usageError(`--report ${text}: into which file?`, { hint });
  return { format, path: resolve(file) };
}

const isFormat = <Format extends string>(text: string, formats: ReportFormats<Format, never>): text is Format =>
  Object.hasOwn(formats, text);

/**
 * Makes the folders that are missing, so that a run of a minute does not end without its reports.
 * @throws FortressError (exit 2) when a report could not be written
 */
export async function prepareReports(files: readonly ReportFile[]): Promise<void> {
  for (const { format, path } of files) {
    try {
      await makeFolder(dirname(path));
      await access(dirname(path), constants.W_OK);
      if ((await kindOf(path)) === 'folder') throw new Error('it is a folder');
    } catch (error) {
      throw usageError(`--report ${format}: ${path} cannot be written`, {
        why: messageOf(error),
        hint: 'Choose a file in a folder that you may write to.',
      });
    }
  }
}

/** With those above it. Node's own `recursive` never ends where a folder cannot be made: `/proc/x`. */
async function makeFolder(path: string): Promise<void> {
  const code = await mkdir(path).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  );
  if (code === null || code === 'EEXIST') return;
  if (code === 'ENOENT' && dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path);
}

/**
 * Writes every report that was asked for; a reader sees the old one or the new one, whole.
 * @throws FortressError (exit 1) when one cannot be written
 */
export async function writeReports<Format extends string, Report>(
  files: readonly ReportFile<Format>[],
  formats: ReportFormats<Format, Report>,
  report: Report,
): Promise<void> {
  for (const { format, path } of files) {
    try {
      await write(path, formats[format](report));
    } catch (error) {
      throw operationError('REPORT_NOT_WRITTEN', `the ${format} report could not be written to ${path}`, {
        why: messageOf(error),
        hint: 'What it tells of has run to its end; write the report somewhere else.',
      });
    }
  }
}

async function write(path: string, content: string): Promise<void> {
  const kind = await kindOf(path);
  // A pipe or a device must be written to, not replaced.
  if (kind === 'other') return writeFile(path, content);
  return writeFileAtomically(kind === 'file' ? await realpath(path) : path, content, REPORT_MODE);
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | 'none'> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (there === null) return 'none';
  if (there.isDirectory()) return 'folder';
  return there.isFile() ? 'file' : 'other';
}
