import { expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.js';
import { VERSION } from '../../../src/version.js';
import { fortress } from './built-cli.js';

test('the help of every command', async () => {
  const asked = [[], ...COMMANDS.map(({ name }) => [name])];
  const outcomes = await Promise.all(asked.map((args) => fortress([...args, '--help'])));
  expect(outcomes.filter(({ exitCode, stderr }) => exitCode !== 0 || stderr !== '')).toEqual([]);
  const text = outcomes.map(
    ({ stdout }, index) => `$ fortress ${[...(asked[index] ?? []), '--help'].join(' ')}\n${stdout}`,
  );
  await expect(text.join(`\n${'-'.repeat(80)}\n`)).toMatchFileSnapshot('help.txt');
});

test('the version', async () => {
  expect(await fortress(['--version'])).toEqual({ exitCode: 0, stdout: `${VERSION}\n`, stderr: '' });
});
