import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useProject } from '../support/project.js';
import { underTraffic } from '../support/traffic.js';
import { BEFORE, DISK_FULL_CASES } from './cases/disk-full.js';
import { expectConverged } from './support/converged.js';
import { report, timed } from './support/report.js';
import { selected } from './support/selection.js';
import { mountSmallDisk, type SmallDisk } from './support/small-disk.js';

// No byte is left for the state folder: `up` says so, what runs goes on, and with room again all is well.
const project = useProject();
const WISH = { containers: { 'api-v1': 2, 'api-v2': 1, gateway: 1 }, volumes: [] };
/** Holds the secrets, the guard's log and a few generations. */
const MEBIBYTES = 4;
let disk: SmallDisk;

beforeAll(async () => {
  const state = join(project.folder, '.fortress');
  await mkdir(state, { recursive: true });
  disk = await mountSmallDisk(state, MEBIBYTES);
  await project.configure(BEFORE);
  await project.ok('up');
});

afterAll(async () => {
  await project.ok('down', '--purge');
  await disk.unmount();
});

describe('the disk of the state folder is full', () => {
  it.each(selected(DISK_FULL_CASES))('$name', async ({ name, change, leave }) => {
    const login = await project.login();
    const { result, tally } = await underTraffic(
      () => project.predict({ login }),
      async () => {
        await project.configure(change);
        await disk.fill(leave);
        const failed = await project.fortress('up');
        await disk.free();
        const { took } = await timed(() => project.ok('up'));
        return { failed, took };
      },
    );
    const { failed, took } = result;
    report({ name, tally, recovered: took });
    expect(failed).toMatchObject({ exitCode: 1 });
    expect(failed.stderr).toMatch(/no space left|disk/i);
    expect(failed.stderr).not.toMatch(/ {4}at |internal error/i);
    expect(tally.failures).toEqual([]);
    await expectConverged(project, WISH);
  });
});
