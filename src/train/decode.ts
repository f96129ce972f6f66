import { isUtf8 } from 'node:buffer';
import { configError } from '../errors.js';

/** Files that are no text at all, by their first bytes. */
const SIGNATURES: [string, string][] = [
  ['PK\u0003\u0004', 'a ZIP archive or an Excel workbook'],
  ['\u001F\u008B', 'compressed by gzip'],
  ['PAR1', 'a Parquet file'],
  ['\u00D0\u00CF\u0011\u00E0', 'an old Excel workbook'],
];

const UTF16_MARKS = ['\u00FF\u00FE', '\u00FE\u00FF'];
const NEWLINE = 10;

/** Without a byte order mark, every other byte of Latin text in UTF-16 is 0. */
function looksLikeUtf16(content: Buffer, start: string): boolean {
  if (UTF16_MARKS.some((mark) => start.startsWith(mark))) return true;
  const sample = content.subarray(0, 1000);
  return sample.length > 1 && sample.filter((byte) => byte === 0).length > sample.length / 4;
}

const lineOf = (content: Buffer, position: number): number =>
  content.subarray(0, position).filter((byte) => byte === NEWLINE).length + 1;

function firstBadLine(content: Buffer): number {
  let start = 0;
  for (let line = 1; ; line++) {
    const end = content.indexOf(NEWLINE, start);
    if (end === -1 || !isUtf8(content.subarray(start, end))) return line;
    start = end + 1;
  }
}

/**
 * Sees to it that a file is UTF-8 text, with or without a byte order mark.
 * @throws FortressError (exit 2) that names what the file is instead, and how to convert it
 */
export function requireUtf8(content: Buffer, file: string): void {
  const start = content.toString('latin1', 0, 4);
  const other = SIGNATURES.find(([signature]) => start.startsWith(signature));
  if (other !== undefined) {
    throw configError(`${file} is not a CSV file but ${other[1]}`, { hint: 'Save or unpack it as CSV in UTF-8' });
  }
  if (looksLikeUtf16(content, start)) {
    throw configError(`${file} is encoded in UTF-16, not in UTF-8`, {
      hint: 'Convert it: iconv -f UTF-16 -t UTF-8 old.csv > new.csv',
    });
  }
  if (!isUtf8(content)) {
    throw configError(`${file} is not encoded in UTF-8`, {
      why: `Line ${firstBadLine(content)} is the first that cannot be read; often it is Windows-1252 (Latin-1).`,
      hint: 'Convert it: iconv -f WINDOWS-1252 -t UTF-8 old.csv > new.csv',
    });
  }
  const nul = content.indexOf(0);
  if (nul === -1) return;
  throw configError(`${file} holds a NUL byte in line ${lineOf(content, nul)}`, {
    why: 'Text never does: the file is damaged, or not text.',
    hint: `Look at that line; to drop such bytes: tr -d '\\000' < old.csv > new.csv`,
  });
}
