import { expect, test } from 'vitest';
import {
  configError,
  FortressError,
  messageOf,
  operationError,
  unreachableError,
  usageError,
} from '../../src/errors.js';

const codes = ({ code, exitCode }: FortressError) => [code, exitCode];

test('each kind has its exit code and a code that can be looked for', () => {
  expect(codes(usageError('x'))).toEqual(['USAGE', 2]);
  expect(codes(configError('x'))).toEqual(['CONFIG_INVALID', 2]);
  expect(codes(unreachableError('x'))).toEqual(['UNREACHABLE', 3]);
  expect(codes(operationError('PORT_TAKEN', 'x'))).toEqual(['PORT_TAKEN', 1]);
});

test('keeps what caused it, why, and what to do next', () => {
  const cause = new Error('inner');
  const error = configError('outer', { why: 'because', hint: 'do this', cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'FortressError', message: 'outer', why: 'because', hint: 'do this', cause });
});

test('the message of whatever was thrown', () => {
  expect(messageOf(new Error('a'))).toBe('a');
  expect(messageOf('b')).toBe('b');
  expect(messageOf(undefined)).toBe('undefined');
});
