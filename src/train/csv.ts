import { CsvError, parse } from 'csv-parse/sync';
import { configError, messageOf, usageError } from '../errors.js';

export interface Columns {
  text: string;
  label: string;
}

/** The two columns that count, row by row. */
export interface LabelledRows {
  texts: string[];
  labels: string[];
}

const DELIMITERS = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' } as const;
type Delimiter = keyof typeof DELIMITERS;

/** All of them in every file: the header and the rows often come from different programs. */
const LINE_ENDS = ['\r\n', '\n', '\r'];

const parseWith = (content: Buffer, delimiter: Delimiter, to?: number): string[][] =>
  parse(content, {
    bom: true,
    skip_empty_lines: true,
    record_delimiter: LINE_ENDS,
    delimiter,
    ...(to === undefined ? {} : { to }),
  });

interface Header {
  delimiter: Delimiter;
  names: string[];
}

function headerOf(content: Buffer, delimiter: Delimiter): Header {
  try {
    return { delimiter, names: (parseWith(content, delimiter, 1)[0] ?? []).map((name) => name.trim()) };
  } catch {
    return { delimiter, names: [] };
  }
}

/** By the first delimiter that brings both columns to light, else the one that splits the most. */
function readHeader(content: Buffer, columns: Columns): Header {
  const headers = (Object.keys(DELIMITERS) as Delimiter[]).map((delimiter) => headerOf(content, delimiter));
  const fitting = headers.find(({ names }) => names.includes(columns.text) && names.includes(columns.label));
  return fitting ?? headers.reduce((most, header) => (header.names.length > most.names.length ? header : most));
}

/** The place of a column. */
function placeOf({ names, delimiter }: Header, flag: string, name: string, file: string): number {
  const place = names.indexOf(name);
  if (place === -1) {
    throw usageError(`${file} has no column "${name}"`, {
      why:
        names.length === 0
          ? 'The file is empty.'
          : `Its columns, split at ${DELIMITERS[delimiter]}, are: ${names.join(', ')}.`,
      hint: `Choose one of them with --${flag} NAME; the first line must be the header`,
    });
  }
  if (!names.includes(name, place + 1)) return place;
  throw configError(`${file} has more than one column "${name}"`, {
    why: `Its columns are: ${names.join(', ')}.`,
    hint: 'Give each column a name of its own in the first line',
  });
}

function parseRows(content: Buffer, { delimiter, names }: Header, file: string): string[][] {
  try {
    return parseWith(content, delimiter).slice(1);
  } catch (error) {
    const ragged = error instanceof CsvError && error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH';
    throw configError(`${file} is not a valid CSV file`, {
      why: ragged ? `Every row needs ${names.length} fields like the header. ${error.message}.` : messageOf(error),
      hint: 'Fields that hold quotes, line breaks or the delimiter are quoted (RFC 4180): "say ""hi"", please"',
      cause: error,
    });
  }
}

/**
 * Takes the texts and labels out of a CSV file. Fields may be divided by commas, semicolons or tabs.
 * @param content UTF-8
 * @throws FortressError (exit 2) when the file is malformed, or a column is missing or there twice
 */
export function parseLabelledRows(content: Buffer, columns: Columns, file: string): LabelledRows {
  if (columns.text === columns.label) {
    throw usageError(`--text and --label both name the column "${columns.text}"`, {
      hint: 'One column holds what is read, the other what is to be predicted',
    });
  }
  const header = readHeader(content, columns);
  const text = placeOf(header, 'text', columns.text, file);
  const label = placeOf(header, 'label', columns.label, file);
  const rows = parseRows(content, header, file);
  return { texts: rows.map((row) => row[text] ?? ''), labels: rows.map((row) => (row[label] ?? '').trim()) };
}
