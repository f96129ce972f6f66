import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packContext, writeContext, type ApiParts } from '../../../../src/images/api/context.js';

let work: string;
let parts: ApiParts;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'fortress-context-'));
  const write = (path: string): void => {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), path);
  };
  for (const path of ['package.json', 'dist/index.js', 'dist/index.d.ts']) write(`ort/${path}`);
  for (const system of ['linux/x64', 'linux/arm64', 'win32/x64'])
    write(`ort/bin/napi-v6/${system}/onnxruntime_binding.node`);
  for (const path of ['package.json', 'dist/cjs/index.js', 'dist/esm/index.js']) write(`common/${path}`);
  write('server.mjs');
  write('page/index.html');
  parts = {
    dockerfile: 'FROM scratch\n',
    serverFile: join(work, 'server.mjs'),
    docsFolder: join(work, 'page'),
    packages: { 'onnxruntime-node': join(work, 'ort'), 'onnxruntime-common': join(work, 'common') },
    architecture: 'x64',
  };
});
afterEach(() => rmSync(work, { recursive: true }));

const EXPECTED = [
  'Dockerfile',
  'docs/index.html',
  'node_modules/onnxruntime-common/dist/cjs/index.js',
  'node_modules/onnxruntime-common/package.json',
  'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node',
  'node_modules/onnxruntime-node/dist/index.js',
  'node_modules/onnxruntime-node/package.json',
  'package.json',
  'server.mjs',
];

it('holds what the image needs, of the engine platform only, and nothing of an earlier build', async () => {
  const folder = join(work, 'state', 'build', 'api');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'left-over'), '');
  await writeContext(folder, parts);

  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map((file) => join(file.parentPath, file.name).slice(folder.length + 1)).toSorted()).toEqual(EXPECTED);
  expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe(parts.dockerfile);
});

it('is sent as a tar with the same files', async () => {
  const folder = join(work, 'context');
  await writeContext(folder, parts);
  const archive = extract();
  (await packContext(folder)).pipe(archive);
  const names: string[] = [];
  for await (const entry of archive) {
    names.push(entry.header.name);
    entry.resume();
  }
  expect(names).toEqual(EXPECTED);
});
