import { describe, expect, test } from 'vitest';
import { reportError } from '../../../src/cli/report-error.js';
import { configError, operationError, unreachableError, usageError } from '../../../src/errors.js';
import { captureOutput } from './captured-output.js';

const output = captureOutput();

const TEXT = { json: false, interrupted: false };

test('says what happened, why, and what to do next', () => {
  const error = configError('fortress.config.ts has 2 problems', { why: 'a: is wrong\nb: too', hint: 'correct them' });
  expect(reportError(error, TEXT)).toBe(2);
  expect(output.stderr).toBe('✗ fortress.config.ts has 2 problems\n  a: is wrong\n  b: too\n→ correct them\n');
  expect(output.stdout).toBe('');
});

test('what a file holds is no command to the terminal', () => {
  reportError(configError('column "a\u001B[31m\u0007"', { why: 'one\ntwo\u009B' }), TEXT);
  expect(output.stderr).toBe('✗ column "a\uFFFD[31m\uFFFD"\n  one\n  two\uFFFD\n');
});

test('leaves out what is not known', () => {
  reportError(usageError('no'), TEXT);
  expect(output.stderr).toBe('✗ no\n');
});

test.each([
  [usageError('x'), 2],
  [configError('x'), 2],
  [unreachableError('x'), 3],
  [operationError('PORT_TAKEN', 'x'), 1],
  [new TypeError('x'), 1],
  ['thrown text', 1],
])('%s has its exit code', (error, exitCode) => {
  expect(reportError(error, TEXT)).toBe(exitCode);
});

test('with json it is one document on stdout, with a code that scripts can look for', () => {
  const error = operationError('PORT_TAKEN', 'port 443 is taken', { hint: 'choose another' });
  expect(reportError(error, { json: true, interrupted: false })).toBe(1);
  expect(JSON.parse(output.stdout)).toEqual({
    error: { code: 'PORT_TAKEN', message: 'port 443 is taken', hint: 'choose another', exitCode: 1 },
  });
  expect(output.stderr).toBe('');
});

test('what is no error for people is told as a mistake of ours, with its stack', () => {
  reportError(new TypeError('x is not a function'), TEXT);
  expect(output.stderr).toMatch(
    /^✗ fortress made a mistake: x is not a function\n {2}TypeError: x is not a function\n {2,}at /,
  );
  expect(output.stderr).toContain('→ please report this');
});

describe('after Ctrl-C', () => {
  test('whatever was cut off is not called a mistake', () => {
    const cut = new DOMException('interrupted', 'AbortError');
    expect(reportError(cut, { json: false, interrupted: true })).toBe(130);
    expect(output.stderr).toBe('✗ stopped by you\n→ run the same command again to go on\n');
  });

  test('an error that is known is still told', () => {
    expect(reportError(operationError('X', 'broken'), { json: true, interrupted: true })).toBe(1);
    expect(JSON.parse(output.stdout)).toMatchObject({ error: { code: 'X' } });
  });
});
