/** The text of a JSON document, for people to read as well. Pure. */
export const documentOf = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

/** The one JSON document of a command. */
export const printJson = (document: unknown): void => void process.stdout.write(documentOf(document));

export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** What a person should know and no program reads: it goes past a document on stdout. */
export const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** Text that may come from anywhere, kept from steering the terminal and from being read backwards. */
export const visible = (text: string): string => text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, '�');

/** Rows as columns of equal width, two spaces apart. */
export function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
