type Cell = string | number;

/** Names come from a data file: keep them from breaking or steering the page. */
export const plain = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\\`*_[\]|]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');

/** As code, whatever it holds; `|` would still end a table's cell. */
export function code(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ');
  const longestRun = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longestRun + 1);
  const pad = longestRun > 0 ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

const row = (cells: Cell[]): string => `| ${cells.join(' | ')} |`;

/** The first column to the left, the others, numbers, to the right. */
export const table = (header: Cell[], rows: Cell[][]): string[] => [
  row(header),
  row(header.map((_, column) => (column === 0 ? '---' : '---:'))),
  ...rows.map(row),
];

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;

/** An argument for a POSIX shell. */
export const shellQuote = (argument: string): string =>
  /^[\w./:=@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
