import { renderConfusionSvg } from './card/confusion-svg.js';
import { type FileSize, renderModelCard } from './model-card.js';
import type { TrainedMetadata, TrainedModel } from './train.js';

/** The content of a model's folder, `model.json` last. */
export type ModelFolder = [name: string, content: Uint8Array][];

const METADATA = 'model.json';
export const CARD = 'README.md';
/** The model as a graph that takes texts. */
export const SELF_CONTAINED = 'self-contained.onnx';

const sizesOf = (folder: ModelFolder): FileSize[] => folder.map(([name, { length }]) => ({ name, bytes: length }));

/** Indented, but a list of numbers on one line: a confusion matrix is a matrix. */
const toJson = (metadata: TrainedMetadata): string =>
  `${JSON.stringify(metadata, null, 2).replace(/\[\n\s+([-\d.e,\s]+)\n\s+\]/g, (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`)}\n`;

/** The card tells the size of `model.json`, which tells that of the card: after a few rounds both are right. */
const ROUNDS = 4;

/** Lays out all files of a model. */
export function layOutFolder({ onnx, selfContained, metadata }: TrainedModel): ModelFolder {
  const rest: ModelFolder = [
    ['model.onnx', onnx],
    ...(selfContained === undefined ? [] : ([[SELF_CONTAINED, selfContained]] as ModelFolder)),
    ['confusion.svg', Buffer.from(renderConfusionSvg(metadata.metrics.model))],
  ];
  let card = Buffer.from('');
  let json = Buffer.from('');
  for (let round = 0; round < ROUNDS; round++) {
    card = Buffer.from(renderModelCard(metadata, sizesOf([...rest, [METADATA, json]])));
    json = Buffer.from(toJson({ ...metadata, files: sizesOf([...rest, [CARD, card]]) }));
  }
  return [...rest, [CARD, card], [METADATA, json]];
}
