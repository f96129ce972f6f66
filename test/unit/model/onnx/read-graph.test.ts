import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ExitCode, messageOf } from '../../../../src/errors.js';
import { encode } from '../../../../src/model/onnx/outline.js';
import { attributeOf, readGraph } from '../../../../src/model/onnx/read-graph.js';
import { describeValue } from '../../../../src/model/onnx/values.js';
import { fixture } from './sample-graphs.js';

const read = async (name: string) => readGraph(await readFile(fixture(name)), name);

test('reads what a pipeline of scikit-learn takes and gives', async () => {
  const { producer, opsets, inputs, outputs, nodes, constants, external } = await read('logistic-zipmap.onnx');
  expect(producer).toMatch(/^skl2onnx \d/);
  expect(opsets).toMatchObject({ 'ai.onnx': 16, 'ai.onnx.ml': 1, 'com.microsoft': 1 });
  expect(inputs.map(describeValue)).toEqual(['text: string [?, 1]']);
  expect(outputs.map(describeValue)).toEqual([
    'output_label: string [?]',
    'output_probability: sequence(map(string, float))',
  ]);
  expect(nodes.map(({ opType }) => opType)).toContain('ZipMap');
  expect([...constants.keys()].toSorted()).toEqual(['idfcst', 'shape_tensor']);
  expect(external).toEqual([]);
});

test('reads our own model', async () => {
  const { producer, metadata, inputs, outputs } = readGraph(await readFile('model/model.onnx'), 'model.onnx');
  expect(producer).toBe('fortress');
  expect(JSON.parse(metadata.get('labels') ?? '')).toHaveLength(13);
  expect([...inputs, ...outputs].map(describeValue)).toEqual([
    'indices: int32 [texts, terms]',
    'values: float [texts, terms]',
    'probabilities: float [texts, 13]',
  ]);
});

const value = (name: string) => ({ name, type: { tensorType: { elemType: 1 } } });

test('constants are not inputs, and a shape may be missing', () => {
  const graph = {
    input: [value('x'), value('weights')],
    output: [value('y'), { name: 'z' }],
    initializer: [encode('TensorHead', { name: 'weights', dataLocation: 1 })],
  };
  const { inputs, outputs, external } = readGraph(encode('Model', { graph }), 'old.onnx');
  expect(inputs).toEqual([{ name: 'x', type: 'float', shape: null }]);
  expect(outputs.map(describeValue)).toEqual(['y: float', 'z: unknown']);
  expect(external).toEqual(['weights']);
});

test('finds one attribute among many', async () => {
  const zipMap = (await read('logistic-zipmap.onnx')).nodes.find(({ opType }) => opType === 'ZipMap');
  if (zipMap === undefined) throw new Error('no ZipMap');
  expect(attributeOf(zipMap, 'classlabels_strings')?.strings).toEqual(['calm', 'glad', 'sad']);
  expect(attributeOf(zipMap, 'nothing')).toBeUndefined();
});

const refusal = (file: string) => ({
  exitCode: ExitCode.usage,
  message: `${file} is not an ONNX model, or a damaged one`,
  why: expect.stringMatching(/\S/),
});

describe('refuses, naming the file', () => {
  test.each([
    ['text', 'not a graph'],
    ['JSON', '{"a": 1}'],
    ['nothing', ''],
    ['zeros', '\0'.repeat(100)],
  ])('%s', (_, content) => {
    expect(() => readGraph(Buffer.from(content), 'a.onnx')).toThrow(expect.objectContaining(refusal('a.onnx')));
  });

  test('a graph without outputs', () => {
    const model = encode('Model', { graph: { input: [value('x')] } });
    expect(() => readGraph(model, 'a.onnx')).toThrow(expect.objectContaining(refusal('a.onnx')));
  });

  test('a file that was cut off, wherever', async () => {
    const whole = await readFile(fixture('forest-single.onnx'));
    const outcomes: string[] = [];
    for (let length = 0; length < whole.length; length += 7) {
      try {
        readGraph(whole.subarray(0, length), 'cut.onnx');
        outcomes.push('a graph');
      } catch (error) {
        outcomes.push(messageOf(error));
      }
    }
    expect(new Set(outcomes)).toEqual(new Set(['a graph', refusal('cut.onnx').message]));
    // What follows the graph, the operator sets, may be cut at a border between two of them.
    expect(outcomes.filter((outcome) => outcome === 'a graph').length).toBeLessThan(10);
  });
});
