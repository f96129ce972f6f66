import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { editGraph } from '../../../../src/model/onnx/edit-graph.js';
import { encode, type NodeOutline } from '../../../../src/model/onnx/outline.js';
import { attributeOf, readGraph } from '../../../../src/model/onnx/read-graph.js';
import { describeValue } from '../../../../src/model/onnx/values.js';
import { fieldsOf } from '../../../../src/model/onnx/wire.js';
import { fixture } from './sample-graphs.js';

const WHOLE = await readFile(fixture('logistic-zipmap.onnx'));

test('without edits every byte stays', () => {
  expect(Buffer.compare(editGraph(WHOLE, {}), WHOLE)).toBe(0);
});

test('an output goes with its node, a tensor becomes one, the rest stays as it is', () => {
  const before = readGraph(WHOLE, 'before');
  const after = readGraph(editGraph(WHOLE, { remove: 'output_probability', expose: 'probabilities' }), 'after');
  expect(after.outputs.map(describeValue)).toEqual(['output_label: string [?]', 'probabilities: float']);
  expect(after.nodes).toEqual(before.nodes.filter(({ opType }) => opType !== 'ZipMap'));
  expect(after.constants).toEqual(before.constants);
  expect(after.opsets).toEqual(before.opsets);
});

test('fields that we know nothing of are kept, at every level', () => {
  const unknown = Buffer.from([0xc2, 0x3e, 3, 1, 2, 3, 0xc9, 0x3e, 1, 2, 3, 4, 5, 6, 7, 8]);
  const output = encode('Value', { name: 'y' });
  const graph = Buffer.concat([unknown, Buffer.from([0x62, output.length]), output, unknown]);
  const model = Buffer.concat([Buffer.from([0x3a, graph.length]), graph, unknown]);
  const edited = editGraph(model, { remove: 'y' });
  expect(Buffer.compare(edited, Buffer.concat([Buffer.from([0x3a, 32]), unknown, unknown, unknown]))).toBe(0);
});

const normalizer = (model: Uint8Array): NodeOutline => {
  const found = readGraph(model, 'model').nodes.find(({ opType }) => opType === 'StringNormalizer');
  if (found === undefined) throw new Error('no StringNormalizer');
  return found;
};

test('a locale is set where none was chosen', () => {
  const edited = editGraph(WHOLE, { locale: 'C.UTF-8' });
  expect(attributeOf(normalizer(edited), 'locale')?.s).toBe('C.UTF-8');
  expect(attributeOf(normalizer(edited), 'case_change_action')?.s).toBe('LOWER');
});

test('a locale that was chosen stays, but for the default', () => {
  const withTurkish = editGraph(WHOLE, { locale: 'tr_TR.UTF-8' });
  expect(attributeOf(normalizer(editGraph(withTurkish, { locale: 'C.UTF-8' })), 'locale')?.s).toBe('tr_TR.UTF-8');
  const withDefault = editGraph(editGraph(WHOLE, { locale: 'en_US' }), { locale: 'C.UTF-8' });
  expect(attributeOf(normalizer(withDefault), 'locale')?.s).toBe('C.UTF-8');
  expect(normalizer(withDefault).attribute).toHaveLength(normalizer(WHOLE).attribute.length + 1);
});

test('fields are slices, not copies', () => {
  for (const { raw } of fieldsOf(WHOLE)) expect(raw.buffer).toBe(WHOLE.buffer);
});
