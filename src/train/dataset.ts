import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { configError, messageOf, usageError } from '../errors.js';

/** Labelled texts. `classes[n]` is the label number of `texts[n]`. */
export interface Dataset {
  texts: string[];
  classes: Int32Array;
  /** Sorted; a label's number is its place here. */
  labels: string[];
  /** sha256 of the file, hex. */
  sha256: string;
}

export interface Columns {
  text: string;
  label: string;
}

type Row = Record<string, string>;

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw usageError(`Cannot read the data file ${file}`, {
      why: messageOf(error),
      hint: 'Name an existing CSV file: fortress train --data FILE',
      cause: error,
    });
  }
}

function parseCsv(content: Buffer, file: string): { header: string[]; rows: Row[] } {
  let header: string[] = [];
  try {
    const rows = parse<Row>(content, {
      bom: true,
      skip_empty_lines: true,
      columns: (names: string[]) => (header = names.map((name) => name.trim())),
    });
    return { header, rows };
  } catch (error) {
    throw configError(`${file} is not a valid CSV file`, {
      why: messageOf(error),
      hint: 'It needs a header line and RFC 4180 quoting: "say ""hi"", please"',
      cause: error,
    });
  }
}

function requireColumns(header: string[], columns: Columns, file: string): void {
  for (const [flag, name] of Object.entries(columns)) {
    if (header.includes(name)) continue;
    throw usageError(`${file} has no column "${name}"`, {
      why: header.length === 0 ? 'The file is empty.' : `Its columns are: ${header.join(', ')}.`,
      hint: `Choose one of them with --${flag} NAME`,
    });
  }
}

function requireNoBlanks(values: string[], column: string, file: string): void {
  const blank = values.flatMap((value, index) => (value.trim() === '' ? [index + 1] : []));
  if (blank.length === 0) return;
  const shown = blank.slice(0, 5).join(', ') + (blank.length > 5 ? ' …' : '');
  throw configError(`${file}: ${blank.length} of ${values.length} rows have an empty "${column}"`, {
    why: `Data rows (the first after the header is 1): ${shown}`,
    hint: 'Remove or fill these rows, then train again',
  });
}

/**
 * Reads labelled texts from a CSV file with a header line.
 * @throws FortressError (exit 2) when the file is missing or malformed, a column is missing, a text
 * or label is empty, or there are fewer than two labels
 */
export async function readDataset(file: string, columns: Columns): Promise<Dataset> {
  const content = await readBytes(file);
  const { header, rows } = parseCsv(content, file);
  requireColumns(header, columns, file);
  const texts = rows.map((row) => row[columns.text] ?? '');
  const names = rows.map((row) => (row[columns.label] ?? '').trim());
  requireNoBlanks(texts, columns.text, file);
  requireNoBlanks(names, columns.label, file);
  const labels = [...new Set(names)].toSorted();
  if (labels.length < 2) {
    throw configError(`${file} has ${labels.length} different labels in "${columns.label}"; at least 2 are needed`, {
      why: labels.length === 0 ? 'There are no data rows.' : `Every row is "${labels.join()}".`,
      hint: 'Check that --label names the right column',
    });
  }
  const numbers = new Map(labels.map((label, number) => [label, number]));
  return {
    texts,
    labels,
    classes: Int32Array.from(names, (name) => numbers.get(name) ?? 0),
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}
