import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadImages } from '../../../../src/cli/images/load.js';
import { zstdMeans } from '../../../../src/images/archive/compression.js';
import { endlessZstd, ZSTD_MAGIC } from '../../images/archive/endless-zstd.js';

// Node's own zstd leaves no program behind.
const noProgram = zstdMeans() === 'node' || process.platform === 'win32';

it.skipIf(noProgram)('what unpacks a file ends with the refusal of it', async () => {
  const { folder, hasEnded } = await endlessZstd();
  const file = join(folder, 'z.zst');
  await writeFile(file, ZSTD_MAGIC);
  const loading = loadImages(null, file, { json: false, signal: new AbortController().signal });
  await expect(loading).rejects.toMatchObject({ exitCode: 2, why: expect.stringContaining('no tar') as string });
  await expect.poll(hasEnded).toBe(true);
});

it.skipIf(noProgram)('an interruption ends it, even where nothing comes in', async () => {
  const { folder, hasEnded, isRunning } = await endlessZstd('sleep 1000');
  const file = join(folder, 'z.zst');
  await writeFile(file, ZSTD_MAGIC);
  const interruption = new AbortController();
  const loading = loadImages(null, file, { json: false, signal: interruption.signal });
  const ended = loading.catch((error: unknown) => error);
  await expect.poll(isRunning).toBe(true);
  interruption.abort();
  expect(await ended).toMatchObject({ name: 'AbortError' });
  await expect.poll(hasEnded).toBe(true);
});
