import { expect, test } from 'vitest';
import { fieldFrom, fieldsOf } from '../../../../src/model/onnx/wire.js';

test('every kind of field, whole', () => {
  const fields = [
    [0x08, 0xac, 0x02],
    [0x11, 1, 2, 3, 4, 5, 6, 7, 8],
    [0x1a, 2, 9, 9],
    [0x25, 1, 2, 3, 4],
  ].map((bytes) => Uint8Array.from(bytes));
  const found = [...fieldsOf(Buffer.concat(fields))];
  expect(found.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  expect(found.map(({ raw }) => Uint8Array.from(raw))).toEqual(fields);
  expect(found.map(({ content }) => [...content])).toEqual([[], [], [9, 9], []]);
});

test('a field from pieces, longer than one byte can say', () => {
  const pieces = [new Uint8Array(200).fill(1), new Uint8Array(100).fill(2)];
  const [field, ...rest] = [...fieldsOf(Buffer.concat(fieldFrom(20, pieces)))];
  expect(rest).toEqual([]);
  expect(field?.id).toBe(20);
  expect(Buffer.compare(field?.content ?? Buffer.of(), Buffer.concat(pieces))).toBe(0);
});
