import { access, constants, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { writeFileAtomically } from '../credentials/atomic-write.js';
import { messageOf, operationError, usageError } from '../errors.js';
import type { Report } from './report-subject.js';
import { formatHtml } from './verify-html.js';
import { formatJson } from './verify-json.js';
import { formatJunit } from './verify-junit.js';
import { formatTap } from './verify-tap.js';

const FORMATS = { json: formatJson, junit: formatJunit, tap: formatTap, html: formatHtml } as const;
type ReportFormat = keyof typeof FORMATS;

/** A report that was asked for. */
export interface ReportFile {
  format: ReportFormat;
  /** Absolute. */
  path: string;
}

const REPORT_MODE = 0o644;
const EXAMPLE = `--report takes ${Object.keys(FORMATS).join(', ')} and a file, e.g. --report junit=verify.xml; repeat it for more.`;

/**
 * Reads what `--report` was given, `FORMAT=FILE` each; the file relative to the working folder.
 * @throws FortressError (exit 2) when a format is unknown, a file is missing, or two would be one file
 */
export function parseReportOption(texts: readonly string[]): ReportFile[] {
  const files = texts.map(parse);
  const twice = files.find(({ path }, index) => files.findIndex((other) => other.path === path) !== index);
  if (twice) {
    throw usageError(`--report: two reports would be written to ${twice.path}`, {
      hint: 'Give each one its own file.',
    });
  }
  return files;
}

function parse(text: string): ReportFile {
  const [, format = '', file = ''] = /^([^=]*)=?(.*)$/s.exec(text) ?? [];
  if (!isFormat(format)) {
    throw usageError(`--report ${text}: there is no format "${format}"`, { hint: EXAMPLE });
  }
  if (file === '') throw usageError(`--report ${text}: into which file?`, { hint: EXAMPLE });
  return { format, path: resolve(file) };
}

const isFormat = (text: string): text is ReportFormat => Object.hasOwn(FORMATS, text);

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
export async function writeReports(files: readonly ReportFile[], report: Report): Promise<void> {
  for (const file of files) await writeReportFile(file, FORMATS[file.format](report));
}

/**
 * Writes one report; a reader sees the old one or the new one, whole.
 * @throws FortressError (exit 1) when it cannot be written
 */
export async function writeReportFile({ format, path }: ReportFile, content: string): Promise<void> {
  try {
    await write(path, content);
  } catch (error) {
    throw operationError('REPORT_NOT_WRITTEN', `the ${format} report could not be written to ${path}`, {
      why: messageOf(error),
      hint: 'What it tells of has run to its end; write the report somewhere else.',
    });
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
