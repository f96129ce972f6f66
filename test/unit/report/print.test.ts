import { expect, test } from 'vitest';
import { table, visible } from '../../../src/report/print.js';

test('columns are as wide as their widest cell, two blanks apart, without blanks at the end', () => {
  expect(
    table([
      ['CONTAINER', 'STATE'],
      ['a', 'running'],
      ['shop-gateway-1', ''],
    ]),
  ).toBe('CONTAINER       STATE\na               running\nshop-gateway-1');
});

test('a row may be short, and there may be none', () => {
  expect(table([['A', 'B'], ['x']])).toBe('A  B\nx');
  expect(table([])).toBe('');
});

test('text from anywhere cannot steer the terminal, nor be read backwards', () => {
  expect(visible('a\u001B[31m\n\u202Eb é 🙂')).toBe('a�[31m��b é 🙂');
});
