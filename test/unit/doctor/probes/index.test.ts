import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROBES } from '../../../../src/doctor/probes/index.js';

it('registers every file of the folder, each under an id of its own', async () => {
  const folder = join(import.meta.dirname, '../../../../src/doctor/probes');
  const files = readdirSync(folder).filter((name) => name !== 'index.ts');
  const modules = await Promise.all(
    files.map((file) => import(join(folder, file)) as Promise<Record<string, unknown>>),
  );
  const unregistered = files.filter(
    (_, index) => !Object.values(modules[index] ?? {}).some((value) => PROBES.some((probe) => probe === value)),
  );
  expect(unregistered).toEqual([]);
  expect(PROBES).toHaveLength(files.length);
  expect(new Set(PROBES.map(({ id }) => id)).size).toBe(PROBES.length);
});
