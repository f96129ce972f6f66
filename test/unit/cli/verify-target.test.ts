import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { reachableTarget } from '../../../src/cli/verify-target.js';

let folder: string;
const targetOf = (flags: Parameters<typeof reachableTarget>[0]): ReturnType<typeof reachableTarget> =>
  reachableTarget(flags, () => undefined);
const server = createServer((socket) => socket.destroy());
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-verify-target-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function writeProfile(profile: object): Promise<string> {
  const file = join(folder, 'team.json');
  await writeFile(file, JSON.stringify(profile));
  return file;
}

describe('another deployment', () => {
  test('is what the flags describe', async () => {
    const { spec } = await targetOf({ url, user: 'ana:pw', replicas: '5' });
    expect(spec).toMatchObject({ https: url, user: 'ana', password: 'pw', replicas: 5 });
  });

  test('is what a profile describes, in which flags correct things', async () => {
    const profile = await writeProfile({ url, user: 'ana', password: 'pw', replicas: 5, predictPath: '/classify' });
    const { spec } = await targetOf({ profile, replicas: '2' });
    expect(spec).toMatchObject({ https: url, user: 'ana', password: 'pw', replicas: 2, predictPath: '/classify' });
  });

  test('gets its passwords from the environment', async () => {
    vi.stubEnv('FORTRESS_PASSWORD', 'from-env');
    vi.stubEnv('FORTRESS_GRAFANA_PASSWORD', 'grafana-env');
    const { spec } = await targetOf({ url, user: 'ana', grafana: 'http://127.0.0.1:1' });
    expect(spec).toMatchObject({ password: 'from-env', grafana: { user: 'admin', password: 'grafana-env' } });
  });

  test('that nobody answers at is exit code 3', async () => {
    await expect(targetOf({ url: 'https://127.0.0.1:1', user: 'ana:pw' })).rejects.toMatchObject({
      exitCode: 3,
      message: 'Nothing answers at https://127.0.0.1:1',
      hint: expect.stringContaining('correct --url') as string,
    });
  });

  test('must say where it is', async () => {
    await expect(targetOf({ replicas: '5' })).rejects.toMatchObject({
      exitCode: 2,
      message: "--replicas describes another deployment than the project's own, but not where it is",
    });
    await expect(targetOf({ profile: await writeProfile({ user: 'ana' }) })).rejects.toMatchObject({
      exitCode: 2,
      message: 'There is no URL to verify',
    });
  });

  test('is none of a project', async () => {
    await expect(targetOf({ url, config: '.' })).rejects.toMatchObject({
      exitCode: 2,
      message: '--config and --url contradict each other',
    });
  });

  test('is refused with a CA file that is none', async () => {
    const ca = join(folder, 'none.crt');
    await expect(targetOf({ url, user: 'ana:pw', ca })).rejects.toMatchObject({
      exitCode: 2,
      message: `--ca ${ca}: the file cannot be read`,
    });
  });
});

test("without flags it is the project's own stack", async () => {
  await expect(targetOf({ config: folder })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('no fortress.config.ts in') as string,
  });
});
