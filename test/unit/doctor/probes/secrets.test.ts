import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../../src/config/resolve.js';
import { prepareCredentials } from '../../../../src/credentials/prepare.js';
import { saveCredentials } from '../../../../src/credentials/save.js';
import { emptyStore } from '../../../../src/credentials/store.js';
import type { Finding } from '../../../../src/doctor/probe.js';
import { secrets } from '../../../../src/doctor/probes/secrets.js';
import { context, ready } from '../fixture.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fortress secrets'"));
});
afterEach(() => rmSync(root, { recursive: true }));

async function probe(): Promise<Finding | undefined> {
  const config = resolveConfig({ project: 'sentiment' }, root);
  return (await secrets.run({ ...context(ready()), config }))[0];
}

describe.runIf(process.platform !== 'win32')('secrets', () => {
  it('are none in a new project', async () => {
    expect(await probe()).toMatchObject({ status: 'skip', found: `none yet in ${root}/.fortress` });
  });

  it('are closed as fortress leaves them', async () => {
    const config = resolveConfig({ project: 'sentiment' }, root);
    await saveCredentials(config, (await prepareCredentials(config, emptyStore(), new Date())).wanted);
    expect(await probe()).toMatchObject({ status: 'ok', found: `${root}/.fortress/secrets is closed to other users` });
  });

  it('that others can read are named, with a line to paste', async () => {
    mkdirSync(join(root, '.fortress/secrets'), { recursive: true, mode: 0o700 });
    for (const name of ['gateway.key', 'ca.key'])
      writeFileSync(join(root, '.fortress/secrets', name), '', { mode: 0o600 });
    chmodSync(join(root, '.fortress'), 0o755);
    chmodSync(join(root, '.fortress/secrets/gateway.key'), 0o640);
    const finding = await probe();
    expect(finding).toMatchObject({
      status: 'fail',
      found: `open to other users: ${root}/.fortress (755), ${root}/.fortress/secrets/gateway.key (640)`,
    });
    expect(finding?.fix).toContain(`chmod -R go-rwx '${root.replace("'", String.raw`'\''`)}/.fortress'`);
  });
});
