import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { readApiModels, readApiSecrets } from '../../../src/cli/read-materials.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ApiConfig } from '../../../src/config/types.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fortress-materials-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
});

const apisOf = (v1: ApiConfig) => resolveConfig({ apis: { v1 }, routes: [{ to: 'v1' }] }, root).apis;

it('a model for a program of somebody else’s is any file', async () => {
  writeFileSync(join(root, 'emotion.joblib'), 'a pickle');
  expect(await readApiModels(apisOf({ image: 'a', model: 'emotion.joblib' }))).toEqual({
    [join(root, 'emotion.joblib')]: {
      'model.joblib': {
        source: join(root, 'emotion.joblib'),
        hash: createHash('sha256').update('a pickle').digest('hex'),
      },
    },
  });
  expect(await readApiModels(apisOf({ image: 'a' }))).toEqual({});
});

it('says which model cannot be read', async () => {
  await expect(readApiModels(apisOf({ image: 'a', model: 'none.onnx' }))).rejects.toMatchObject({
    message: `the model ${join(root, 'none.onnx')} cannot be read`,
    exitCode: 2,
  });
});

it('reads secrets byte by byte', async () => {
  const bytes = Buffer.from([0xff, 0xfe, 0, 0x80]);
  writeFileSync(join(root, 'key'), bytes);
  expect(await readApiSecrets(apisOf({ image: 'a', secrets: { token: 'key' } }))).toEqual({
    [join(root, 'key')]: bytes,
  });
});

it('says which secret cannot be read, by its key', async () => {
  await expect(readApiSecrets(apisOf({ image: 'a', secrets: { token: 'none' } }))).rejects.toMatchObject({
    message: `apis.v1.secrets.token: ${join(root, 'none')} cannot be read`,
    exitCode: 2,
  });
});
