import { expect, test } from 'vitest';
import { readOptions } from '../../../bench/options.js';

test('measures what was built, at three loads, unless told otherwise', () => {
  expect(readOptions([], '/project')).toMatchObject({
    rounds: 3,
    connections: [1, 8, 32],
    serverFile: '/project/dist/server/server.mjs',
    modelFile: '/project/model/model.onnx',
    data: undefined,
    container: false,
  });
  expect(readOptions(['--connections', '2,4', '--rounds', '5'])).toMatchObject({ connections: [2, 4], rounds: 5 });
  expect(readOptions(['--help'])).toBeUndefined();
});

test.each([
  [['--rounds', '0'], '--rounds 0'],
  [['--seconds', '1.5'], '--seconds 1.5'],
  [['--connections', '8,many'], '--connections many'],
  [['--colour'], '--colour'],
])('refuses %j', (parameters, named) => {
  expect(() => readOptions(parameters)).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(named) }),
  );
});
