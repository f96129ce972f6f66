import { expect, test } from 'vitest';
import { readOptions } from '../../../../bench/startup/options.js';

test('has defaults, and takes what is given', () => {
  expect(readOptions([])).toEqual({ rounds: 21, json: false });
  expect(readOptions(['--rounds', '3', '--json'])).toEqual({ rounds: 3, json: true });
  expect(readOptions(['--help'])).toBeUndefined();
});

test.each([
  [['--rounds', '0'], '--rounds 0'],
  [['--colour'], '--colour'],
])('refuses %j', (parameters, named) => {
  expect(() => readOptions(parameters)).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(named) }),
  );
});
