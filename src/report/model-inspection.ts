import type { ModelMetadata } from '../model/metadata.js';
import { describeValue, type OnnxValue } from '../model/onnx/values.js';
import type { Model } from '../model/read-model.js';
import { table, visible } from './print.js';

/** What a model is, as `fortress model inspect --json` says it. */
export interface Inspection {
  file: string;
  kind: Model['kind'];
  /** Of the ONNX file. */
  bytes: number;
  sha256: string;
  producer: string;
  opsets: Record<string, number>;
  inputs: OnnxValue[];
  outputs: OnnxValue[];
  labels: string[];
  /** What the server changes when it loads the graph. */
  changes: string[];
  /** Of a model that takes features: how it was made, and how it did on texts it was not fitted on. */
  training?: ModelMetadata['training'];
  data?: ModelMetadata['data'];
  heldOut?: ModelMetadata['metrics']['model'];
}

function changesOf(model: Model): string[] {
  if (model.kind === 'features') return [];
  const { expose, remove } = model.signature.edits;
  return [
    ...(remove === undefined ? [] : [`leaves out ${remove}, the ZipMap`]),
    ...(expose === undefined ? [] : [`gives out the tensor ${expose}`]),
  ];
}

/** Pure. */
export function inspectionOf(model: Model): Inspection {
  const { path, content, kind, sha256, graph, labels } = model;
  const { producer, opsets, inputs, outputs } = graph;
  return {
    file: path,
    kind,
    bytes: content.length,
    sha256,
    producer,
    opsets,
    inputs,
    outputs,
    labels,
    changes: changesOf(model),
    ...(model.kind === 'features'
      ? { training: model.metadata.training, data: model.metadata.data, heldOut: model.metadata.metrics.model }
      : {}),
  };
}

const KINDS: Record<Model['kind'], string> = {
  features: 'features (fortress makes them from texts, as model.json beside it says)',
  text: 'text (the graph takes texts as they are)',
};

const size = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Settings that are plain values, as `name value`. */
const settings = (training: Record<string, unknown>): string =>
  Object.entries(training)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');

function trainingRows({ training, data, heldOut }: Inspection): string[][] {
  if (training === undefined || data === undefined || heldOut === undefined) return [];
  const { accuracy, macroF1, logLoss, ece, rows } = heldOut;
  const figures = [
    `accuracy ${accuracy.toFixed(4)}`,
    `macro-F1 ${macroF1.toFixed(4)}`,
    `log loss ${logLoss.toFixed(4)}`,
    `ECE ${ece.toFixed(4)}`,
  ];
  return [
    ['data', `${data.file}, ${data.rows} rows (${data.textColumn} → ${data.labelColumn})`],
    ['recipe', settings(training)],
    ['held out', `${figures.join(', ')} on ${rows} rows`],
  ];
}

/** The same for people. */
export function formatInspection(inspection: Inspection): string {
  const { file, kind, bytes, sha256, producer, opsets, inputs, outputs, labels, changes } = inspection;
  const rows = [
    ['kind', KINDS[kind]],
    ['size', size(bytes)],
    ['sha256', sha256],
    ['made by', producer || 'unknown'],
    [
      'operators',
      Object.entries(opsets)
        .map(([domain, version]) => `${domain} ${version}`)
        .join(', '),
    ],
    ...inputs.map((value) => ['input', describeValue(value)]),
    ...outputs.map((value) => ['output', describeValue(value)]),
    ['labels', `${labels.length}: ${labels.join(', ')}`],
    ...changes.map((change) => ['on load', change]),
    ...trainingRows(inspection),
  ];
  return `${file}\n${table(rows.map(([name = '', value = '']) => [`  ${name}`, visible(value)]))}`;
}
