import { describe, expect, it } from 'vitest';
import { runOptions } from '../../../src/cli/run-options.js';

describe('runOptions', () => {
  it('is one run, as long as it takes, when nothing is asked', async () => {
    expect(await runOptions({})).toEqual({ reports: [], strict: false, timeout: null, watch: null });
  });

  it('reads all of it', async () => {
    const options = await runOptions({ report: ['tap=/tmp/a.tap'], strict: true, timeout: '90', watch: '30' });
    expect(options).toEqual({
      reports: [{ format: 'tap', path: '/tmp/a.tap' }],
      strict: true,
      timeout: 90,
      watch: 30,
    });
  });

  it('watches every minute unless told otherwise', async () => {
    expect(await runOptions({ watch: true })).toMatchObject({ watch: 60 });
  });

  it.each([
    [{ timeout: '0' }, '--timeout: found 0; expected 1 to 86400 seconds'],
    [{ timeout: '1.5' }, '--timeout: found "1.5"; expected a whole number of seconds'],
    [{ watch: '100000' }, '--watch: found 100000; expected 1 to 86400 seconds'],
    [{ report: ['pdf=a'] }, '--report pdf=a: there is no format "pdf"'],
    [{ watch: true as const, json: true }, '--watch goes on for ever, --json is one document: they do not go together'],
  ])('refuses %o', async (flags, message) => {
    await expect(runOptions(flags)).rejects.toMatchObject({ message, exitCode: 2 });
  });

  it('finds out before the run what cannot be written', async () => {
    await expect(runOptions({ report: ['tap=/dev/null/a.tap'] })).rejects.toMatchObject({ exitCode: 2 });
  });
});
