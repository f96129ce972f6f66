import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import { prepareCredentials } from '../../../src/credentials/prepare.js';
import { saveCredentials } from '../../../src/credentials/save.js';
import { caCertificatePath, emptyStore, passwordsPath, readStore } from '../../../src/credentials/store.js';
import { makeConfig, NOW, temporaryFolder } from './fixture.js';

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('the store on disk', () => {
  let root: string;
  let config: ResolvedConfig;
  beforeEach(() => {
    root = temporaryFolder();
    config = makeConfig({ gateway: { tls: { caFile: 'deployments/nginx/certs/nginx.crt' } } }, root);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is empty at first', async () => {
    expect(await readStore(config)).toEqual(emptyStore());
  });

  it('gives back what was saved, closed to other users under any umask', async () => {
    const umask = process.umask(0o000);
    const prepared = await prepareCredentials(config, emptyStore(), NOW);
    await saveCredentials(config, prepared.wanted);
    process.umask(umask);
    expect(await readStore(config)).toEqual(prepared.wanted);
    const secrets = join(config.stateDir, 'secrets');
    expect(mode(config.stateDir)).toBe('700');
    expect(mode(secrets)).toBe('700');
    const files = readdirSync(secrets);
    expect(files.toSorted()).toEqual([
      'ca.crt',
      'ca.key',
      'gateway.crt',
      'gateway.key',
      'hash.key',
      'htpasswd',
      'passwords.json',
    ]);
    expect(files.map((file) => mode(join(secrets, file)))).toEqual(files.map(() => '600'));
    const copy = join(root, 'deployments/nginx/certs/nginx.crt');
    expect(mode(copy)).toBe('644');
    expect(readFileSync(copy, 'utf8')).toBe(readFileSync(caCertificatePath(config.stateDir), 'utf8'));
    expect(readFileSync(passwordsPath(config.stateDir), 'utf8')).toContain(prepared.grafanaPassword);
  });

  it('is not touched where nothing changed, but closed again where someone opened it', async () => {
    const { wanted } = await prepareCredentials(config, emptyStore(), NOW);
    expect(await saveCredentials(config, wanted)).toHaveLength(8);
    const key = join(config.stateDir, 'secrets/gateway.key');
    const inode = statSync(key).ino;
    chmodSync(key, 0o644);
    chmodSync(config.stateDir, 0o755);
    expect(await saveCredentials(config, wanted)).toEqual([]);
    expect(statSync(key).ino).toBe(inode);
    expect(mode(key)).toBe('600');
    expect(mode(config.stateDir)).toBe('700');
  });

  it('converges after a crash between any two files', async () => {
    const { wanted } = await prepareCredentials(config, emptyStore(), NOW);
    const all = await saveCredentials(config, wanted);
    for (const missing of all.keys()) {
      rmSync(join(root, '.fortress'), { recursive: true });
      await saveCredentials(config, wanted);
      for (const path of all.slice(missing)) rmSync(path);
      const next = await prepareCredentials(config, await readStore(config), NOW);
      await saveCredentials(config, next.wanted);
      expect((await prepareCredentials(config, await readStore(config), NOW)).changes).toEqual([]);
    }
  });

  it('says which file it cannot write and why, and leaves no temporary file', async () => {
    const { wanted } = await prepareCredentials(config, emptyStore(), NOW);
    writeFileSync(join(root, 'deployments'), 'a file where a folder is needed');
    const saving = saveCredentials(config, wanted);
    await expect(saving).rejects.toMatchObject({ exitCode: 1 });
    await expect(saving).rejects.toThrow(/nginx\.crt cannot be/);
    expect(readdirSync(root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('says which file it cannot read', async () => {
    mkdirSync(caCertificatePath(config.stateDir), { recursive: true });
    await expect(readStore(config)).rejects.toMatchObject({ code: 'CREDENTIALS_UNREADABLE', exitCode: 1 });
  });
});
