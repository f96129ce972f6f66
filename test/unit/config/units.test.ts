import { expect, test } from 'vitest';
import { parseDuration, parseSize } from '../../../src/config/units.js';

test.each([
  ['1000', 1000],
  ['1b', 1],
  ['64k', 65_536],
  ['512M', 536_870_912],
  ['1g', 1_073_741_824],
])('%s is %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', 'k', '1.5m', '-1', '64kb', ' 64k', '64k\n', '1t'])('"%s" is no size', (text) => {
  expect(() => parseSize(text)).toThrow(RangeError);
});

test.each([
  ['500ms', 0.5],
  ['5s', 5],
  ['15m', 900],
  ['2h', 7200],
  ['15d', 1_296_000],
  ['1w', 604_800],
  ['1y', 31_536_000],
])('%s is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(['', '5', '0s', '05s', '5 s', '1h30m', 's', '5s\n'])('"%s" is no duration', (text) => {
  expect(() => parseDuration(text)).toThrow(RangeError);
});
