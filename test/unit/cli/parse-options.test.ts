import { expect, test } from 'vitest';
import { parseSeconds, parseWhole } from '../../../src/cli/parse-options.js';
import { ExitCode } from '../../../src/errors.js';

test.each([
  ['0', 0],
  ['60', 60],
  ['007', 7],
])('%s is %d', (text, value) => {
  expect(parseSeconds(text)).toBe(value);
});

test.each(['', '-1', '1.5', '1e3', '0x10', ' 5', '5s', '1234567890', 'Infinity'])(
  '"%s" is refused with the flag and the unit',
  (text) => {
    expect(() => parseWhole(text, '--tail', 'lines')).toThrow(
      expect.objectContaining({
        exitCode: ExitCode.usage,
        message: `--tail: found "${text}"; expected a whole number of lines`,
      }) as Error,
    );
  },
);
