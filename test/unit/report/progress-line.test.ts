import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createProgressLine } from '../../../src/report/progress-line.js';

function shown(isTTY: boolean, total: number): string {
  const stream = Object.assign(new PassThrough(), { isTTY });
  const progress = createProgressLine(stream, 'read', total);
  for (let done = 1; done <= total; done++) progress.update(done);
  progress.end();
  return String(stream.read() ?? '');
}

test('a pipe gets a line per tenth', () => {
  const lines = shown(false, 2000).trimEnd().split('\n');
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('read: 200 of 2000 (10 %)');
  expect(lines.at(-1)).toBe('read: 2000 of 2000 (100 %)');
});

test('a terminal gets one line, which is gone at the end', () => {
  const text = shown(true, 2000);
  expect(text).not.toContain('\n');
  expect(text.split('\r\u001B[K')).toHaveLength(102);
  expect(text.endsWith('\r\u001B[K')).toBe(true);
});
