import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import type { OnnxGraph } from '../../../src/model/onnx/read-graph.js';
import { readSignature } from '../../../src/model/signature.js';
import { graphOf, node, textGraph, value } from './onnx/sample-graphs.js';

const signatureOf = (parts: Partial<OnnxGraph> = {}) => readSignature(textGraph(parts), 'a.onnx');

test('indices and values in: features', () => {
  const graph = graphOf({
    inputs: [value('indices', 'int32', 'n', 'm'), value('values', 'float', 'n', 'm')],
    outputs: [value('probabilities', 'float', 'n', 3)],
  });
  expect(readSignature(graph, 'a.onnx')).toEqual({ kind: 'features' });
});

describe('texts in', () => {
  test('a column', () => {
    expect(signatureOf()).toEqual({
      kind: 'text',
      input: 'text',
      column: true,
      single: false,
      probabilities: 'probabilities',
      labels: ['no', 'yes'],
      edits: {},
    });
  });

  test.each([
    [['n'], { column: false, single: false }],
    [['n', 1], { column: true, single: false }],
    [[1], { column: false, single: true }],
    [[1, 1], { column: true, single: true }],
  ])('of shape %j, by any name', (shape, expected) => {
    expect(signatureOf({ inputs: [value('X', 'string', ...shape)] })).toMatchObject({ input: 'X', ...expected });
  });

  test('the matrix that is called so, of several', () => {
    const outputs = [value('decision', 'float', null, 2), value('class_probability', 'float', null, 2)];
    expect(signatureOf({ outputs })).toMatchObject({ probabilities: 'class_probability' });
  });

  test('a list of all class names is not the label of each text', () => {
    const outputs = [
      value('classes', 'string', 3),
      value('label', 'string', null),
      value('probabilities', 'float', null, 2),
    ];
    const all = node('LabelEncoder', ['c'], ['classes'], { classes_strings: { strings: ['x', 'y', 'z'] } });
    expect(signatureOf({ outputs, nodes: [all, ...textGraph().nodes] })).toMatchObject({ labels: ['no', 'yes'] });
  });
});

describe('hidden probabilities', () => {
  const classifier = node('LinearClassifier', ['x'], ['label', 'p'], { classlabels_ints: { ints: [4, 5] } });

  test('under a ZipMap, whose names count', () => {
    const zipMap = node('ZipMap', ['p'], ['maps'], { classlabels_strings: { strings: ['four', 'five'] } });
    expect(
      signatureOf({
        outputs: [value('label', 'int64', null), { name: 'maps', type: 'sequence(map(string, float))', shape: null }],
        nodes: [classifier, zipMap],
      }),
    ).toMatchObject({ probabilities: 'p', labels: ['four', 'five'], edits: { remove: 'maps', expose: 'p' } });
  });

  const columns = ['a', 'b'].flatMap((name) => [
    node('Slice', ['p', 's', 'e'], [`${name}1`]),
    node('Reshape', [`${name}1`, 'shape'], [name]),
  ]);
  const outputs = [value('label', 'int64', null), value('a', 'float', null), value('b', 'float', null)];

  test('cut into columns', () => {
    const nodes = [classifier, ...columns];
    expect(signatureOf({ outputs, nodes })).toMatchObject({
      probabilities: 'p',
      labels: ['4', '5'],
      edits: { expose: 'p' },
    });
  });

  test('columns of different tensors are refused', () => {
    const other = [node('Slice', ['q'], ['b1']), node('Reshape', ['b1'], ['b'])];
    const nodes = [classifier, ...columns.slice(0, 2), ...other];
    expect(() => signatureOf({ outputs, nodes })).toThrow('a.onnx gives no probabilities');
  });
});

const stored = (labels: unknown) => new Map([['labels', JSON.stringify(labels)]]);

describe('labels', () => {
  test('of the metadata rename those of the graph', () => {
    expect(signatureOf({ metadata: stored(['bad', 'good']) })).toMatchObject({ labels: ['bad', 'good'] });
  });

  test('of classifiers, when there is no label output', () => {
    expect(signatureOf({ outputs: [value('probabilities', 'float', null, 2)] })).toMatchObject({
      labels: ['no', 'yes'],
    });
  });

  test.each([
    ['that nobody tells', { nodes: [] }, 'does not tell the names of its labels'],
    ['of another number', { metadata: stored(['a', 'b', 'c']) }, 'has 3 labels for 2 probabilities'],
    ['in another order', { metadata: stored(['yes', 'no']) }, 'contradicts itself about the order'],
    ['that occur twice', { metadata: stored(['a', 'a']) }, 'has the label "a" twice'],
    ['that are not strings', { metadata: stored([1, 2]) }, 'is not a JSON array of strings'],
    ['that are not JSON', { metadata: new Map([['labels', 'a,b']]) }, 'is not a JSON array of strings'],
    [
      'of one class',
      { metadata: stored(['a']), outputs: [value('probabilities', 'float', null, 1)] },
      'knows one label only',
    ],
  ])('%s are refused, with what would help', (_, parts, message) => {
    expect(() => signatureOf(parts)).toThrow(
      expect.objectContaining({ exitCode: ExitCode.usage, message: expect.stringContaining(message) }),
    );
  });

  test('what would help is a metadata key', () => {
    expect(() => signatureOf({ nodes: [] })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('"labels"') }),
    );
  });
});

describe('refuses, naming what was found and what was expected', () => {
  test.each([
    ['numbers in', { inputs: [value('x', 'float', null, 5)] }, 'x: float [?, 5]'],
    ['two inputs', { inputs: [value('a', 'string', null), value('b', 'string', null)] }, 'b: string [?]'],
    ['two texts a row', { inputs: [value('x', 'string', null, 2)] }, 'x: string [?, 2]'],
    ['eight texts at a time', { inputs: [value('x', 'string', 8, 1)] }, 'x: string [8, 1]'],
    ['texts of unknown shape', { inputs: [{ name: 'x', type: 'string', shape: null }] }, 'x: string'],
    ['a scalar', { inputs: [value('x', 'string')] }, 'x: string []'],
    ['no inputs', { inputs: [] }, 'Found inputs: none'],
    ['indices without values', { inputs: [value('indices', 'int32', null, null)] }, 'indices: int32 [?, ?]'],
  ])('%s', (_, parts, found) => {
    expect(() => signatureOf(parts)).toThrow(
      expect.objectContaining({
        exitCode: ExitCode.usage,
        message: 'a.onnx is not a model that fortress can serve',
        why: expect.stringContaining(found),
        hint: expect.stringMatching(/one string input.*indices \(int32\)/),
      }),
    );
  });

  test.each([
    ['labels only', { outputs: [value('label', 'string', null)] }],
    ['other matrices', { outputs: [value('a', 'float', null, 2), value('b', 'float', null, 2)] }],
    ['double probabilities', { outputs: [value('probabilities', 'double', null, 2)] }],
  ])('%s', (_, parts) => {
    expect(() => signatureOf(parts)).toThrow(
      expect.objectContaining({
        message: 'a.onnx gives no probabilities',
        hint: expect.stringContaining("options={'zipmap': False}"),
      }),
    );
  });

  test('weights in other files', () => {
    expect(() => signatureOf({ external: ['w'] })).toThrow('a.onnx keeps its weights in other files');
  });
});
