import { expect, test } from 'vitest';
import {
  chooseOutputs,
  type InputTensor,
  offeredOutputs,
  textsOf,
  toTensor,
} from '../../../../src/server/inference-protocol/tensors.js';

const tensor = (changes: Partial<InputTensor> = {}): InputTensor => ({
  name: 'text',
  datatype: 'BYTES',
  shape: [2],
  data: ['a', 'b'],
  ...changes,
});

test.each([
  ['a row', tensor()],
  ['a column', tensor({ shape: [2, 1], data: [['a'], ['b']] })],
  ['a column written flat', tensor({ shape: [2, 1] })],
])('takes %s', (_, input) => {
  expect(textsOf([input])).toEqual(['a', 'b']);
});

const many = Array.from({ length: 257 }, () => 'a');
test.each<[string, InputTensor[], string]>([
  ['another name', [tensor({ name: 'sentence' })], 'takes one input, "text", not "sentence"'],
  ['two inputs', [tensor(), tensor({ name: 'b' })], 'takes one input, "text", not "text", "b"'],
  ['another datatype', [tensor({ datatype: 'FP32' })], 'must be BYTES, not "FP32"'],
  ['a matrix', [tensor({ shape: [1, 2] })], 'must be [n] or [n, 1], not [1, 2]'],
  ['no dimension', [tensor({ shape: [] })], 'must be [n] or [n, 1], not []'],
  ['three dimensions', [tensor({ shape: [2, 1, 1] })], 'must be [n] or [n, 1], not [2, 1, 1]'],
  ['nothing', [tensor({ shape: [0], data: [] })], '1 to 256 texts; its shape says 0'],
  ['too many', [tensor({ shape: [257], data: many })], '1 to 256 texts; its shape says 257'],
  ['fewer than the shape says', [tensor({ shape: [3] })], 'says 3 texts; its data holds 2'],
  ['more than the shape says', [tensor({ shape: [1] })], 'says 1 texts; its data holds 2'],
  ['a number', [tensor({ data: ['a', 1] })], 'Element 1 of "text" is not a string'],
  ['a list within a list', [tensor({ data: [[['a']], 'b'] })], 'Element 0 of "text" is not a string'],
  ['white space', [tensor({ data: [' ', 'b'] })], 'Element 0 of "text" is empty'],
  [
    'a long text of letters that take two code units',
    [tensor({ data: ['a', '😀'.repeat(10_001)] })],
    'longer than 10000',
  ],
  ['a long text', [tensor({ data: ['a', 'b'.repeat(10_001)] })], 'Element 1 of "text" is longer than 10000'],
])('refuses %s', (_, inputs, message) => {
  expect(() => textsOf(inputs)).toThrow(
    expect.objectContaining({ statusCode: 400, message: expect.stringContaining(message) }),
  );
});

test('outputs: those that are asked for, in that order; all without a wish; probabilities in debug mode only', () => {
  const debug = offeredOutputs(true);
  expect(chooseOutputs([], debug)).toEqual(['label', 'probabilities']);
  expect(chooseOutputs([{ name: 'probabilities' }, { name: 'label' }], debug)).toEqual(['probabilities', 'label']);
  expect(chooseOutputs([], offeredOutputs(false))).toEqual(['label']);
  expect(() => chooseOutputs([{ name: 'probabilities' }], offeredOutputs(false))).toThrow('in debug mode only');
  expect(() => chooseOutputs([{ name: 'x'.repeat(1000) }], debug)).toThrow(/no output "x{64}" here/);
});

test('an output that is asked for twice is refused: two thousand of them would be two thousand answers', () => {
  const wanted = Array.from({ length: 2000 }, () => ({ name: 'label' }));
  expect(() => chooseOutputs(wanted, offeredOutputs(true))).toThrow(
    expect.objectContaining({ statusCode: 400, message: 'The output "label" is asked for more than once.' }),
  );
});

test('a text is as long as it has characters, as for /predict', () => {
  const text = '😀'.repeat(10_000);
  expect(textsOf([tensor({ shape: [1], data: [text] })])).toEqual([text]);
});

test('predictions become tensors, row by row', () => {
  const predictions = [
    { label: 'love', probabilities: Float32Array.of(0.25, 0.75) },
    { label: 'hate', probabilities: Float32Array.of(0.5, 0.5) },
  ];
  expect(toTensor('label', predictions, 2)).toEqual({
    name: 'label',
    datatype: 'BYTES',
    shape: [2],
    data: ['love', 'hate'],
  });
  expect(toTensor('probabilities', predictions, 2)).toEqual({
    name: 'probabilities',
    datatype: 'FP32',
    shape: [2, 2],
    data: [0.25, 0.75, 0.5, 0.5],
  });
});
