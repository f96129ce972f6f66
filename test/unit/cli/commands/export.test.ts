import { expect, test } from 'vitest';
import { run } from '../../../../src/cli/commands/export.js';

test.each(['helm', 'constructor', 'toString'])('says what there is instead of %s', async (target) => {
  const { signal } = new AbortController();
  await expect(run({ args: [target, 'out'], options: {}, signal })).rejects.toMatchObject({
    message: `fortress export has no "${target}"; expected compose, exam, kubernetes`,
    exitCode: 2,
  });
});
