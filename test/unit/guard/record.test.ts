import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isOnRecord, removeRecord, runningGuard, writeRecord, type GuardRecord } from '../../../src/guard/record.js';
import { ownIdentity } from '../../../src/lock/process-identity.js';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'fortress-guard-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

const record = (overrides: Partial<GuardRecord> = {}): GuardRecord => ({
  ...ownIdentity(),
  project: 'shop',
  version: '0.1.0',
  engine: 'unix:///var/run/docker.sock',
  since: '2030-01-01T00:00:00.000Z',
  ...overrides,
});
/** Another process than this one had the pid. */
const DEAD: Partial<GuardRecord> = { started: 'another-boot:1' };

test('there is none at first', async () => {
  expect(await runningGuard(stateDir)).toBeNull();
  expect(await isOnRecord(stateDir, record())).toBe(false);
});

test('one that runs is found, and knows that it is the one', async () => {
  await writeRecord(stateDir, record());
  expect(await runningGuard(stateDir)).toEqual(record());
  expect(await isOnRecord(stateDir, record())).toBe(true);
  expect(statSync(join(stateDir, 'guard.json')).mode & 0o777).toBe(0o600);
});

test('a process that only has the pid of one that died is none', async () => {
  await writeRecord(stateDir, record(DEAD));
  expect(await runningGuard(stateDir)).toBeNull();
});

test('one of a machine that cannot be seen from here is none', async () => {
  await writeRecord(stateDir, record({ host: 'elsewhere' }));
  expect(await runningGuard(stateDir)).toBeNull();
});

test('the last one wins: the one before is off the record', async () => {
  await writeRecord(stateDir, record());
  await writeRecord(stateDir, record({ pid: 1 }));
  expect(await isOnRecord(stateDir, record())).toBe(false);
  await writeRecord(stateDir, record(DEAD));
  expect(await isOnRecord(stateDir, record())).toBe(false);
});

test('an ended one is off the record, and ending twice is no error', async () => {
  await writeRecord(stateDir, record());
  await removeRecord(stateDir);
  await removeRecord(stateDir);
  expect(await isOnRecord(stateDir, record())).toBe(false);
});

test.each([['{'], ['null'], ['{"pid":1}'], ['']])('%j is no record', async (text) => {
  writeFileSync(join(stateDir, 'guard.json'), text);
  expect(await runningGuard(stateDir)).toBeNull();
});

test('a state folder that is gone is not made again', async () => {
  rmSync(stateDir, { recursive: true });
  await expect(writeRecord(stateDir, record())).rejects.toThrow('ENOENT');
  expect(await isOnRecord(stateDir, record())).toBe(false);
});
