import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isNeeded, nodeArchitecture, ONNXRUNTIME } from '../../../../src/images/api/onnxruntime-package.js';

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

it('is the version that development and tests use', () => {
  const manifest = json('package.json') as { devDependencies: Record<string, string> };
  expect(manifest.devDependencies['onnxruntime-node']?.replace(/^[\^~]/, '')).toBe(ONNXRUNTIME.version);
  const lock = json('package-lock.json') as { packages: Record<string, { version: string; integrity: string }> };
  for (const [name, integrity] of Object.entries(ONNXRUNTIME.integrity)) {
    expect(lock.packages[`node_modules/${name}`]).toMatchObject({ version: ONNXRUNTIME.version, integrity });
  }
});

describe('isNeeded', () => {
  it.each([
    ['onnxruntime-node', 'package.json'],
    ['onnxruntime-node', 'dist/binding.js'],
    ['onnxruntime-node', 'bin/napi-v6/linux/arm64/onnxruntime_binding.node'],
    ['onnxruntime-node', 'bin/napi-v6/linux/arm64/libonnxruntime.so.1'],
    ['onnxruntime-common', 'dist/cjs/index.js'],
    ['onnxruntime-common', 'dist/cjs/package.json'],
  ] as const)('takes %s/%s', (name, path) => {
    expect(isNeeded(name, path, 'arm64')).toBe(true);
  });

  it.each([
    ['onnxruntime-node', 'dist/binding.js.map'],
    ['onnxruntime-node', 'dist/binding.d.ts'],
    ['onnxruntime-node', 'bin/napi-v6/linux/x64/libonnxruntime.so.1'],
    ['onnxruntime-node', 'bin/napi-v6/darwin/arm64/libonnxruntime.1.dylib'],
    ['onnxruntime-node', 'script/install.js'],
    ['onnxruntime-common', 'dist/esm/index.js'],
  ] as const)('leaves %s/%s', (name, path) => {
    expect(isNeeded(name, path, 'arm64')).toBe(false);
  });
});

it("knows Node's names of architectures", () => {
  expect(nodeArchitecture('amd64')).toBe('x64');
  expect(nodeArchitecture('arm64')).toBe('arm64');
});
