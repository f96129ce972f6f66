import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { configError, messageOf, usageError } from '../errors.js';
import { type Columns, type LabelledRows, parseLabelledRows } from './csv.js';
import { requireUtf8 } from './decode.js';

/** Labelled texts. `classes[n]` is the label number of `texts[n]`. */
export interface Dataset {
  texts: string[];
  classes: Int32Array;
  /** In order, numbers by value; a label's number is its place here. */
  labels: string[];
  /** sha256 of the file, hex. */
  sha256: string;
}

/** More are rather ids or texts than labels, and a matrix of their confusions would not fit anywhere. */
const MOST_LABELS = 1000;

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw usageError(`Cannot read the data file ${file}`, {
      why: messageOf(error),
      hint: 'Name an existing CSV file: --data FILE',
      cause: error,
    });
  }
}

function requireNoBlanks(values: string[], column: string, file: string): void {
  const blank = values.flatMap((value, index) => (value.trim() === '' ? [index + 1] : []));
  if (blank.length === 0) return;
  const shown = blank.slice(0, 5).join(', ') + (blank.length > 5 ? ' …' : '');
  throw configError(`${file}: ${blank.length} of ${values.length} rows have an empty "${column}"`, {
    why: `Data rows (the first after the header is 1): ${shown}`,
    hint: 'Remove or fill these rows, then try again',
  });
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function sortLabels(names: Set<string>): string[] {
  const sorted = [...names].toSorted(byCodeUnits);
  const areNumbers = sorted.every((name) => Number.isFinite(Number(name)));
  return areNumbers ? sorted.toSorted((a, b) => Number(a) - Number(b)) : sorted;
}

function requireLabels(labels: string[], rows: number, column: string, file: string): void {
  if (labels.length < 2) {
    throw configError(`${file} has ${labels.length} different labels in "${column}"; at least 2 are needed`, {
      why: labels.length === 0 ? 'There are no data rows.' : `Every row is "${labels.join()}".`,
      hint: 'Check that --label names the right column',
    });
  }
  if (labels.length > MOST_LABELS) {
    throw configError(`${file} has ${labels.length} different labels in "${column}"; at most ${MOST_LABELS} can be`, {
      why: `There are ${rows} rows; the first labels are: ${labels.slice(0, 5).join(', ')}.`,
      hint: 'Check that --label names the right column, or merge rare labels',
    });
  }
}

/**
 * Reads labelled texts from a CSV file with a header line, whatever the labels are.
 * @throws FortressError (exit 2) when the file is missing, not UTF-8 or malformed, a column is
 * missing, or a text or label is empty
 */
export async function readLabelledRows(file: string, columns: Columns): Promise<LabelledRows & { sha256: string }> {
  const content = await readBytes(file);
  requireUtf8(content, file);
  const rows = parseLabelledRows(content, columns, file);
  requireNoBlanks(rows.texts, columns.text, file);
  requireNoBlanks(rows.labels, columns.label, file);
  return { ...rows, sha256: createHash('sha256').update(content).digest('hex') };
}

/**
 * Reads labelled texts from which a classifier can learn.
 * @throws FortressError (exit 2) as `readLabelledRows`, or when there are too few or too many labels
 */
export async function readDataset(file: string, columns: Columns): Promise<Dataset> {
  const { texts, labels: names, sha256 } = await readLabelledRows(file, columns);
  const labels = sortLabels(new Set(names));
  requireLabels(labels, texts.length, columns.label, file);
  const numbers = new Map(labels.map((label, number) => [label, number]));
  return {
    texts,
    labels,
    classes: Int32Array.from(names, (name) => numbers.get(name) ?? 0),
    sha256,
  };
}
