import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProfile } from '../../../src/verify/read-profile.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-profile-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readProfile', () => {
  it("takes the CA's path from where the profile is", async () => {
    const file = join(folder, 'team.json');
    await writeFile(file, '{ "replicas": 2, "ca": "certs/ca.crt" }');
    expect(await readProfile(file)).toEqual({ replicas: 2, ca: join(folder, 'certs/ca.crt') });
  });

  it('says that there is no such file', async () => {
    await expect(readProfile(join(folder, 'none.json'))).rejects.toMatchObject({
      exitCode: 2,
      message: `--profile ${join(folder, 'none.json')}: the file cannot be read`,
      why: expect.stringContaining('ENOENT') as string,
    });
  });
});
