import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import { assertPlace } from '../../../src/export/place.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fortress-place-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'api'));
});

const placed = (build: string, folder: string, archive: string | null = null): void =>
  assertPlace(
    resolveConfig({ apis: { v1: { build } } }, root),
    join(root, folder),
    archive === null ? null : join(root, archive),
  );

test('the project itself is not written over, by whichever path it is named', () => {
  expect(() => placed('api', '.')).toThrow(`${root} is the project itself`);
  symlinkSync(root, join(root, 'same'));
  expect(() => placed('api', 'same')).toThrow('is the project itself');
  expect(() => placed('api', 'out')).not.toThrow();
});

test.each([
  ['.', 'out'],
  ['api', 'api'],
  ['api', 'api/deep/out'],
])('what an image is built from (%s) gets no keys: %s', (build, folder) => {
  expect(() => placed(build, folder)).toThrow(
    expect.objectContaining({
      message: `${join(root, folder)} lies in what the image of apis.v1 is built from`,
      exitCode: 2,
    }),
  );
});

test('neither does it by an archive', () => {
  expect(() => placed('api', 'out', 'api/exam.zip')).toThrow(`${root}/api/exam.zip lies in`);
  expect(() => placed('api', 'out', 'exam.zip')).not.toThrow();
});

test('what the build ignores may be written to', () => {
  writeFileSync(join(root, '.dockerignore'), 'out\n');
  expect(() => placed('.', 'out')).not.toThrow();
  expect(() => placed('.', 'out/deep')).not.toThrow();
  expect(() => placed('.', 'other')).toThrow('lies in');
});

test('a folder beside, whose name begins as that of the build does, is another one', () => {
  expect(() => placed('api', 'api-out')).not.toThrow();
  expect(() => placed('api', '..api')).not.toThrow();
});
