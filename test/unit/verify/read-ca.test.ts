import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCa } from '../../../src/verify/read-ca.js';
import { makeIdentity } from './support/certificates.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-ca-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readCa', () => {
  it('takes every certificate, and leaves out what else stands there', async () => {
    const [first, second] = [(await makeIdentity()).ca, (await makeIdentity()).ca];
    const file = join(folder, 'ca.crt');
    await writeFile(file, `subject=CN = test\n${first}\nissuer=CN = other\n${second}`);
    expect(await readCa(file)).toBe(first + second);
  });

  it.each([
    ['missing.crt', null, 'the file cannot be read'],
    ['empty.crt', '', 'there is no certificate in it'],
    [
      'broken.crt',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      'a certificate in it cannot be read',
    ],
  ])('refuses %s', async (name, content, message) => {
    const file = join(folder, name);
    if (content !== null) await writeFile(file, content);
    await expect(readCa(file)).rejects.toMatchObject({ exitCode: 2, message: `--ca ${file}: ${message}` });
  });
});
