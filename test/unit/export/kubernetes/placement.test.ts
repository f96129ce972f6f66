import { expect, test } from 'vitest';
import { placeFiles } from '../../../../src/export/kubernetes/placement.js';

test('what is too large for a ConfigMap is not made a text, which has a greatest length', () => {
  const model = Object.assign(Buffer.alloc(250_001), {
    toString(): string {
      throw new RangeError('Cannot create a string longer than 0x1fffffe8 characters');
    },
  });
  const file = { path: 'model.onnx', content: { source: '/srv/model.onnx' }, hash: '1', secret: false };
  const { layer, config } = placeFiles([file as never], false, () => model);
  expect(layer.map(({ path }) => path)).toEqual(['model.onnx']);
  expect(config).toEqual([]);
});
