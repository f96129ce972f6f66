import { DataType, floats, integers, node, strings, valueInfo } from '../../model/onnx/parts.js';
import { type OnnxNode, type OnnxTensor, encodeOnnx } from '../../model/onnx/schema.js';
import type { FittedModel } from '../recipe.js';
import { START, STAND_INS, TOKEN } from './tokens.js';
import { MAX_CHARS, MAX_WORDS, MIN_CHARS, type Ngram } from './vocabulary.js';

/** A fitted model whose features are n-grams that can be spelled out. */
export interface SpelledModel extends FittedModel {
  /** One per feature. */
  ngrams: Ngram[];
}

/** Name of the graph's input. */
export const TEXT_INPUT = 'text';
/** As skl2onnx names a classifier's outputs. */
export const Output = { label: 'label', probabilities: 'probabilities' } as const;

/** The first with RegexFullMatch and StringConcat. */
const OPSET = 20;
const IR_VERSION = 9;
const RUNTIME_OPERATORS = 'com.microsoft';

/** A piece of the graph: its nodes and the constants they need. */
interface Piece {
  nodes: OnnxNode[];
  constants: OnnxTensor[];
}

/** One kind of n-grams: which tensor holds the parts, and the features `first` to `end`. */
interface Block {
  name: string;
  parts: string;
  shortest: number;
  longest: number;
  first: number;
  end: number;
}

const tokenizer = (
  input: string,
  output: string,
  attributes: Record<string, number | string | string[]>,
): OnnxNode => ({
  ...node('Tokenizer', [input], output, { pad_value: '', mincharnum: 1, ...attributes }),
  domain: RUNTIME_OPERATORS,
});

/** `text` → `tokens` [texts, tokens], in lower case, addresses and mentions masked. */
function tokenPiece(): Piece {
  const masks = STAND_INS.map(([pattern, standIn], number) => {
    const [input, output] = [`found${number}`, number + 1 < STAND_INS.length ? `found${number + 1}` : 'tokens'];
    return {
      nodes: [
        node('RegexFullMatch', [input], `private${number}`, { pattern }),
        node('Where', [`private${number}`, `stand-in${number}`, input], output),
      ],
      constants: [strings(`stand-in${number}`, [standIn])],
    };
  });
  return {
    nodes: [
      node('Reshape', [TEXT_INPUT, 'one dimension'], 'texts'),
      // The locale "C" is there on every host; the default one, en_US.UTF-8, is not.
      node('StringNormalizer', ['texts'], 'lower case', {
        case_change_action: 'LOWER',
        is_case_sensitive: 1,
        locale: 'C',
      }),
      node('StringConcat', ['start', 'lower case'], 'started'),
      tokenizer('started', 'found0', { tokenexp: TOKEN, mark: 0 }),
      ...masks.flatMap(({ nodes }) => nodes),
    ],
    constants: [
      integers('one dimension', [-1]),
      strings('start', [START]),
      ...masks.flatMap(({ constants }) => constants),
    ],
  };
}

/** `tokens` → `characters` [texts, tokens × characters], each token with its bounds. */
const characterPiece: Piece = {
  nodes: [
    tokenizer('tokens', 'spelled', { separators: [''], mark: 1 }),
    node('Reshape', ['spelled', 'a row per text'], 'characters'),
  ],
  constants: [integers('a row per text', [0, -1])],
};

/** The vocabulary as TfIdfVectorizer wants it: shortest n-grams first, each with its column. */
function vocabulary(ngrams: Ngram[], { shortest, longest }: Block) {
  const byLength = Array.from({ length: longest }, (_, index) =>
    [...ngrams.entries()].filter(([, parts]) => parts.length === index + 1),
  );
  let length = 0;
  const starts = byLength.map((group, index) => {
    const start = length;
    length += group.length * (index + 1);
    return start;
  });
  return {
    mode: 'TF',
    min_gram_length: shortest,
    max_gram_length: longest,
    max_skip_count: 0,
    ngram_counts: starts,
    ngram_indexes: byLength.flatMap((group) => group.map(([column]) => column)),
    pool_strings: byLength.flatMap((group) => group.flatMap(([, parts]) => parts)),
  };
}

/** Parts → `weighted`: sublinear tf-idf of length 1, times the weights of information. */
function blockPiece({ ngrams, parameters }: SpelledModel, block: Block): Piece {
  const { name, first, end } = block;
  const own = (part: string): string => `${name} ${part}`;
  const { idf, weights } = parameters;
  return {
    nodes: [
      node('TfIdfVectorizer', [block.parts], own('counts'), vocabulary(ngrams.slice(first, end), block)),
      // log(max(e · count, 1)) is 1 + log(count), and 0 where the n-gram is absent.
      node('Mul', [own('counts'), 'e'], own('scaled')),
      node('Max', [own('scaled'), 'one'], own('raised')),
      node('Log', [own('raised')], own('tf')),
      node('Mul', [own('tf'), own('idf')], own('tf-idf')),
      node('ReduceL2', [own('tf-idf'), 'last axis'], own('length'), { keepdims: 1 }),
      node('Max', [own('length'), 'tiny'], own('safe length')),
      node('Div', [own('tf-idf'), own('safe length')], own('unit')),
      node('Mul', [own('unit'), own('information')], own('weighted')),
    ],
    constants: [
      floats(own('idf'), [end - first], idf.slice(first, end)),
      floats(own('information'), [end - first], weights.slice(first, end)),
    ],
  };
}

/** `weighted` blocks → probabilities and label. */
function classifierPiece({ model, parameters }: SpelledModel, blocks: Block[], labels: string[]): Piece {
  return {
    nodes: [
      node(
        'Concat',
        blocks.map(({ name }) => `${name} weighted`),
        'features',
        { axis: 1 },
      ),
      node('ReduceL2', ['features', 'last axis'], 'length', { keepdims: 1 }),
      node('Max', ['length', 'tiny'], 'safe length'),
      node('MatMul', ['features', 'weights'], 'sums'),
      node('Div', ['sums', 'safe length'], 'scores'),
      node('Add', ['scores', 'bias'], 'logits'),
      node('Softmax', ['logits'], Output.probabilities, { axis: -1 }),
      node('ArgMax', [Output.probabilities], 'best', { axis: 1, keepdims: 0 }),
      node('Gather', ['labels', 'best'], Output.label),
    ],
    constants: [
      floats(
        'weights',
        [model.features, model.classes],
        model.weights.map((weight) => weight * parameters.rowNorm),
      ),
      floats('bias', [model.classes], model.bias),
      strings('labels', labels),
    ],
  };
}

/**
 * The whole model as one ONNX graph: `text` (string [texts, 1]) in, `label` (string [texts]) and
 * `probabilities` (float [texts, labels]) out, the names of the labels in the metadata. It needs
 * onnxruntime, whose own Tokenizer it uses, and of that 1.18: before, StringNormalizer garbles texts
 * of characters beyond the basic plane.
 */
export function exportSelfContained(model: SpelledModel, labels: string[]): Uint8Array {
  const { wordFeatures } = model.parameters;
  const features = model.ngrams.length;
  const blocks: Block[] = [
    { name: 'word', parts: 'tokens', shortest: 1, longest: MAX_WORDS, first: 0, end: wordFeatures },
    { name: 'char', parts: 'characters', shortest: MIN_CHARS, longest: MAX_CHARS, first: wordFeatures, end: features },
  ].filter(({ first, end }) => end > first);
  const pieces = [
    tokenPiece(),
    characterPiece,
    ...blocks.map((block) => blockPiece(model, block)),
    classifierPiece(model, blocks, labels),
  ];
  return encodeOnnx({
    irVersion: IR_VERSION,
    producerName: 'fortress',
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: RUNTIME_OPERATORS, version: 1 },
    ],
    metadataProps: [{ key: 'labels', value: JSON.stringify(labels) }],
    graph: {
      name: 'text-classifier',
      node: pieces.flatMap(({ nodes }) => nodes),
      initializer: [
        ...pieces.flatMap(({ constants }) => constants),
        integers('last axis', [-1]),
        floats('e', [], Float32Array.of(Math.E)),
        floats('one', [], Float32Array.of(1)),
        floats('tiny', [], Float32Array.of(1e-20)),
      ],
      input: [valueInfo(TEXT_INPUT, DataType.string, ['texts', 1])],
      output: [
        valueInfo(Output.label, DataType.string, ['texts']),
        valueInfo(Output.probabilities, DataType.float, ['texts', labels.length]),
      ],
    },
  });
}
