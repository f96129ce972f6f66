import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
// @ts-expect-error: a script of the build has no types.
import { lazyRequires } from '../../../scripts/lazy-requires.js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import { guardLogPath, lastOfLog } from '../../../src/guard/guard-log.js';
import { runningGuard, type GuardRecord } from '../../../src/guard/record.js';
import { endGuard, ensureGuard } from '../../../src/guard/start-guard.js';
import { ownIdentity, stateOf } from '../../../src/lock/process-identity.js';
import { fakeEngine } from '../engine/docker/fake-engine.js';

// Each one is a process that has to begin.
vi.setConfig({ testTimeout: 20_000 });

let folder: string;
let script: string;
let config: ResolvedConfig;

// The guard as it is shipped: a bundle in a process of its own.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fortress-guard-'));
  script = join(folder, 'guard.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../../src/guard/main.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const { filename: __filename, dirname: __dirname } = import.meta;",
    },
    plugins: [lazyRequires],
    logLevel: 'error',
  });
});
afterAll(() => {
  vi.resetConfig();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  const stateDir = mkdtempSync(join(folder, 'state-'));
  config = { ...resolveConfig({ project: 'shop' }, folder), stateDir };
  const { url } = await fakeEngine({
    'GET /version': { json: { Version: '26.1', ApiVersion: '1.45', Os: 'linux', Arch: 'amd64' } },
    'GET /containers/json': { json: [{ Id: 'a', State: 'running', Status: 'Up' }] },
    'GET /events': (_, response) => void response.writeHead(200).flushHeaders(),
  });
  vi.stubEnv('DOCKER_HOST', url);
});
afterEach(async () => {
  await endGuard(config.stateDir);
  vi.unstubAllEnvs();
});

/** The guard that runs, other than `before`. */
async function begun(before: number | null = null): Promise<GuardRecord> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const guard = await runningGuard(config.stateDir);
    if (guard !== null && guard.pid !== before) return guard;
    await sleep(20);
  }
  throw new Error(`no guard began:\n${readFileSync(guardLogPath(config.stateDir), 'utf8')}`);
}

test('starts one, and only one; ending it leaves none', async () => {
  await ensureGuard(config, script);
  const guard = await begun();
  expect(guard).toMatchObject({ project: 'shop', engine: process.env['DOCKER_HOST'] });
  await ensureGuard(config, script);
  await sleep(300);
  expect((await runningGuard(config.stateDir))?.pid).toBe(guard.pid);
  expect(await lastOfLog(config.stateDir, 10)).toHaveLength(1);
  await endGuard(config.stateDir);
  expect(await runningGuard(config.stateDir)).toBeNull();
  expect(stateOf(guard, ownIdentity())).toBe('dead');
});

test('one of another version gives way', async () => {
  await ensureGuard(config, script);
  const old = await begun();
  writeFileSync(join(config.stateDir, 'guard.json'), JSON.stringify({ ...old, version: '0.0.1' }));
  await ensureGuard(config, script);
  expect((await begun(old.pid)).version).not.toBe('0.0.1');
  expect(stateOf(old, ownIdentity())).toBe('dead');
});

test('one that watches another engine gives way', async () => {
  await ensureGuard(config, script);
  const old = await begun();
  const { url } = await fakeEngine();
  vi.stubEnv('DOCKER_HOST', url);
  await ensureGuard(config, script);
  expect((await begun(old.pid)).engine).toBe(url);
});

test('guard: false ends the one that runs', async () => {
  await ensureGuard(config, script);
  await begun();
  await ensureGuard({ ...config, guard: false }, script);
  expect(await runningGuard(config.stateDir)).toBeNull();
});

test('says what to do where none can be started', async () => {
  rmSync(config.stateDir, { recursive: true });
  await expect(ensureGuard(config, script)).rejects.toMatchObject({
    code: 'GUARD_NOT_STARTED',
    why: expect.stringContaining('ENOENT') as string,
  });
});
