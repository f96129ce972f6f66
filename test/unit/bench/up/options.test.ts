import { expect, test } from 'vitest';
import { readOptions as readChangeOptions } from '../../../../bench/up/change/options.js';
import { readOptions } from '../../../../bench/up/options.js';

test('has defaults, and takes what is given', () => {
  expect(readOptions([])).toEqual({ rounds: 7, json: false });
  expect(readOptions(['--rounds', '2', '--json'])).toEqual({ rounds: 2, json: true });
  expect(readOptions(['--help'])).toBeUndefined();
  expect(readChangeOptions(['--requests', '500', '--kills', '2'])).toEqual({
    requests: 500,
    rate: 200,
    connections: 16,
    kills: 2,
    json: false,
  });
  expect(readChangeOptions(['--help'])).toBeUndefined();
});

test.each([
  [['--rounds', '0'], '--rounds 0', readOptions],
  [['--colour'], '--colour', readOptions],
  [['--rate', '1.5'], '--rate 1.5', readChangeOptions],
  [['--colour'], '--colour', readChangeOptions],
])('refuses %j', (parameters, named, read) => {
  expect(() => read(parameters)).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(named) }),
  );
});
