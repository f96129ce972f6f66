import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withBinaryData, writeFloats, writeStrings } from '../../../../src/server/inference-protocol/binary.js';

const input = (name: string, size: unknown) => ({ name, parameters: { binary_data_size: size } });

test('strings come back as they were written, for each input its own', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.string()), (first, second) => {
      const [one, two] = [writeStrings(first), writeStrings(second)];
      const request = {
        id: '1',
        inputs: [input('a', one.length), { name: 'json', data: [1] }, input('b', two.length)],
      };
      expect(withBinaryData(request, Buffer.concat([one, two]))).toEqual({
        id: '1',
        inputs: [
          { ...input('a', one.length), data: first },
          { name: 'json', data: [1] },
          { ...input('b', two.length), data: second },
        ],
      });
    }),
  );
});

test.each([{ toString: 1, valueOf: 1 }, [[[]]], 7, undefined])(
  'a name that is none (%j) is no harm to a message',
  (name) => {
    const request = { inputs: [{ name, parameters: { binary_data_size: 50 } }] };
    expect(() => withBinaryData(request, Buffer.from('abc'))).toThrow(
      expect.objectContaining({ statusCode: 400, message: 'The binary data of input ? is too short.' }),
    );
  },
);

test('the bytes are those of the protocol: lengths and floats little-endian', () => {
  expect([...writeStrings(['é', ''])]).toEqual([2, 0, 0, 0, 0xc3, 0xa9, 0, 0, 0, 0]);
  expect([...writeFloats([1, -2])]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
});

const two = writeStrings(['ab']);
test.each([
  ['a size that is none', [input('a', -1)], two, '"binary_data_size" must be a number of bytes'],
  ['a size in words', [input('a', '6')], two, '"binary_data_size" must be a number of bytes'],
  ['too few bytes', [input('a', 7)], two, 'input "a" is too short'],
  ['too many bytes', [input('a', 6)], Buffer.concat([two, two]), '6 bytes of binary data belong to no input'],
  ['bytes of nobody', [{ name: 'a', data: [] }], two, '6 bytes of binary data belong to no input'],
  ['an element that is longer than all', [input('a', 4)], Buffer.from([9, 0, 0, 0]), 'ends within an element'],
  ['half a length', [input('a', 2)], Buffer.from([9, 0]), 'ends within an element'],
])('%s is refused', (_, inputs, data, message) => {
  expect(() => withBinaryData({ inputs }, data)).toThrow(
    expect.objectContaining({ statusCode: 400, message: expect.stringContaining(message) }),
  );
});

test.each([null, 5, 'a', [], {}, { inputs: 5 }])('%j is left to the validation', (request) => {
  expect(withBinaryData(request, two)).toBe(request);
});
