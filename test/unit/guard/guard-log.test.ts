import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendToLog, guardLogPath, lastOfLog } from '../../../src/guard/guard-log.js';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'fortress-guard-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

test('a line has the time', async () => {
  await appendToLog(stateDir, 'shop-api-v1-1 started');
  const [line] = await lastOfLog(stateDir, 10);
  expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z shop-api-v1-1 started$/);
  expect(statSync(guardLogPath(stateDir)).mode & 0o777).toBe(0o600);
});

test('the last lines, oldest first', async () => {
  for (const line of ['one', 'two', 'three']) await appendToLog(stateDir, line);
  const lines = await lastOfLog(stateDir, 2);
  expect(lines.map((line) => line.split(' ')[1])).toEqual(['two', 'three']);
});

test('at a megabyte it begins anew, and one file before is kept', async () => {
  writeFileSync(guardLogPath(stateDir), `${'x'.repeat(999_999)}\n`);
  await appendToLog(stateDir, 'new');
  expect(readdirSync(stateDir).toSorted()).toEqual(['guard.log', 'guard.log.1']);
  expect(statSync(guardLogPath(stateDir)).size).toBeLessThan(100);
  const lines = await lastOfLog(stateDir, 2);
  expect(lines.map((line) => line.slice(-3))).toEqual(['xxx', 'new']);
});

test('nobody is told of a log that cannot be written, and there is none to read', async () => {
  rmSync(stateDir, { recursive: true });
  await appendToLog(stateDir, 'lost');
  expect(await lastOfLog(stateDir, 10)).toEqual([]);
});
