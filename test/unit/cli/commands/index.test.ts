import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../../src/cli/commands/index.js';

const files = readdirSync(new URL('../../../../src/cli/commands/', import.meta.url))
  .filter((name) => name !== 'index.ts')
  .map((name) => name.replace(/\.ts$/, ''));

test('every file of the folder is a command, under the name of its file', () => {
  expect(COMMANDS.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
});

test.each(COMMANDS)('$name loads its own body', async ({ name, load }) => {
  const own = (await import(`../../../../src/cli/commands/${name}.ts`)) as { run: unknown };
  const { run } = await load();
  expect(run).toBeTypeOf('function');
  expect(run).toBe(own.run);
});

describe('help', () => {
  test.each(COMMANDS)('$name says what it does in one line, and shows it', ({ name, summary, examples }) => {
    expect(summary).toMatch(/^[a-z].*[^.]$/);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(example).toMatch(new RegExp(`\\bfortress ${name}\\b`));
  });

  test.each(COMMANDS)('no option of $name takes the arguments that follow it', ({ options = [] }) => {
    for (const { flags } of options) expect(flags).not.toContain('...');
  });

  test.each(COMMANDS)('the examples of $name use flags that exist', ({ options = [], examples }) => {
    const known = ['--config', '-c', '--json', ...options.flatMap(({ flags }) => flags.split(/[ ,]+/))];
    for (const example of examples)
      for (const [flag] of example.matchAll(/(?<= )--?[a-z-]+/g)) expect(known).toContain(flag);
  });
});
