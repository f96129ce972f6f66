import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fortress-root-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('finds the repository from src', () => {
  expect(packageRoot()).toBe(process.cwd());
});

it('finds the package from a bundled chunk, past the package.json of others', () => {
  const chunks = join(folder, 'node_modules', 'fortress', 'dist', 'chunks');
  mkdirSync(chunks, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name":"somebody-else"}');
  writeFileSync(join(chunks, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'node_modules', 'fortress', 'package.json'), '{"name":"fortress"}');
  expect(packageRoot(chunks)).toBe(join(folder, 'node_modules', 'fortress'));
});

it('says so when there is none', () => {
  expect(() => packageRoot(folder)).toThrow(`no package.json of fortress above ${folder}`);
});
