import { describe, expect, test } from 'vitest';
import { namesInZipMap, namesOfClassifiers, namesOfLabelOutput } from '../../../../src/model/onnx/class-names.js';
import { encode, type NodeOutline } from '../../../../src/model/onnx/outline.js';
import { graphOf, node } from './sample-graphs.js';

const STRINGS = { strings: ['b', 'a'] };
const INTEGERS = { ints: [7, -2] };
const INT32 = 6;
const INT64 = 7;
const STRING = 8;

const namesAt = (nodes: NodeOutline[], constants: Record<string, Record<string, unknown>> = {}): string[] | undefined =>
  namesOfLabelOutput(
    graphOf({
      nodes,
      constants: new Map(Object.entries(constants).map(([name, fields]) => [name, encode('Tensor', fields)])),
    }),
    'label',
  );

describe('the label output of', () => {
  test.each(['LinearClassifier', 'SVMClassifier', 'TreeEnsembleClassifier'])('a %s', (opType) => {
    expect(namesAt([node(opType, ['x'], ['label'], { classlabels_strings: STRINGS })])).toEqual(['b', 'a']);
  });

  test.each(['classlabels_ints', 'classlabels_int64s'])('a classifier with %s', (attribute) => {
    expect(namesAt([node('LinearClassifier', ['x'], ['label'], { [attribute]: INTEGERS })])).toEqual(['7', '-2']);
  });

  test('integers beyond what a double holds', () => {
    const raw = Buffer.alloc(8);
    raw.writeBigInt64LE(2n ** 62n + 1n);
    const nodes = [node('Gather', ['names', 'place'], ['label'])];
    expect(namesAt(nodes, { names: { dataType: INT64, rawData: raw } })).toEqual(['4611686018427387905']);
  });

  test('a classifier behind nodes that change type and shape', () => {
    const nodes = [
      node('Reshape', ['cast', 'shape'], ['label']),
      node('Cast', ['found'], ['cast']),
      node('LinearClassifier', ['x'], ['found', 'scores'], { classlabels_ints: INTEGERS }),
    ];
    expect(namesAt(nodes)).toEqual(['7', '-2']);
  });

  test('an array of names, not the classifiers of which it chooses', () => {
    const nodes = [
      node('ArrayFeatureExtractor', ['names', 'place'], ['label']),
      node('ArgMax', ['scores'], ['place']),
      node('LinearClassifier', ['x'], ['inner', 'scores'], { classlabels_ints: { ints: [0, 1] } }),
    ];
    expect(namesAt(nodes, { names: { dataType: STRING, stringData: ['u', 'v', 'w'] } })).toEqual(['u', 'v', 'w']);
    expect(namesAt(nodes, { names: { dataType: INT32, int32Data: [3, -1] } })).toEqual(['3', '-1']);
    expect(namesAt(nodes, { names: { dataType: INT64, int64Data: [3, -1] } })).toEqual(['3', '-1']);
    const raw = Buffer.alloc(8);
    raw.writeInt32LE(-5, 4);
    expect(namesAt(nodes, { names: { dataType: INT32, rawData: raw } })).toEqual(['0', '-5']);
    expect(namesAt(nodes, { names: { dataType: 1 } })).toBeUndefined();
  });

  test('a constant node of names', () => {
    const constant = node('Constant', [], ['names'], { value_strings: STRINGS });
    expect(namesAt([node('Gather', ['names', 'place'], ['label']), constant])).toEqual(['b', 'a']);
  });

  test('a LabelEncoder renames what comes in', () => {
    const nodes = [
      node('LabelEncoder', ['found'], ['label'], {
        keys_int64s: { ints: [-2, 7] },
        values_strings: { strings: ['minus', 'plus'] },
      }),
      node('LinearClassifier', ['x'], ['found'], { classlabels_ints: INTEGERS }),
    ];
    expect(namesAt(nodes)).toEqual(['plus', 'minus']);
  });

  test('a LabelEncoder of places, in any order', () => {
    const encoder = node('LabelEncoder', ['place'], ['label'], {
      keys_int64s: { ints: [1, 0] },
      values_strings: { strings: ['second', 'first'] },
    });
    expect(namesAt([encoder, node('ArgMax', ['scores'], ['place'])])).toEqual(['first', 'second']);
  });

  test('a LabelEncoder of other numbers, of which the places are not known', () => {
    const encoder = node('LabelEncoder', ['place'], ['label'], {
      keys_int64s: { ints: [3, 4] },
      values_strings: STRINGS,
    });
    expect(namesAt([encoder])).toBeUndefined();
  });

  test('a CategoryMapper, and a LabelEncoder of the first version', () => {
    const categories = { cats_int64s: { ints: [0, 1] }, cats_strings: STRINGS };
    expect(namesAt([node('CategoryMapper', ['place'], ['label'], categories)])).toEqual(['b', 'a']);
    expect(namesAt([node('LabelEncoder', ['place'], ['label'], { classes_strings: STRINGS })])).toEqual(['b', 'a']);
  });

  test('nodes that go in a circle, or that nothing is known of', () => {
    expect(namesAt([node('Cast', ['a'], ['label']), node('Cast', ['label'], ['a'])])).toBeUndefined();
    expect(namesAt([node('Mystery', ['a'], ['label'])])).toBeUndefined();
    expect(namesAt([])).toBeUndefined();
  });
});

test('a ZipMap', () => {
  expect(namesInZipMap(node('ZipMap', ['p'], ['m'], { classlabels_strings: STRINGS }))).toEqual(['b', 'a']);
  expect(namesInZipMap(node('ZipMap', ['p'], ['m'], { classlabels_int64s: INTEGERS }))).toEqual(['7', '-2']);
  expect(namesInZipMap(node('ZipMap', ['p'], ['m']))).toBeUndefined();
});

const classifier = (labels: object): NodeOutline => node('LinearClassifier', [], [], { classlabels_strings: labels });

test('classifiers, as long as they agree', () => {
  expect(namesOfClassifiers(graphOf({ nodes: [classifier(STRINGS), classifier(STRINGS)] }))).toEqual(['b', 'a']);
  const other = classifier({ strings: ['c'] });
  expect(namesOfClassifiers(graphOf({ nodes: [classifier(STRINGS), other] }))).toBeUndefined();
  expect(namesOfClassifiers(graphOf({}))).toBeUndefined();
});
