import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { configError, messageOf } from '../errors.js';
import type { ModelMetadata } from './metadata.js';
import { readGraph, type OnnxGraph } from './onnx/read-graph.js';
import { metadataPath, MODEL_HINT, readMetadata } from './read-metadata.js';
import { readSignature, type TextSignature } from './signature.js';

interface ModelFile {
  path: string;
  content: Uint8Array;
  /** Of the content. */
  sha256: string;
  graph: OnnxGraph;
  labels: string[];
}

/** Ours: our featuriser in front of the graph. */
export interface FeaturesModel extends ModelFile {
  kind: 'features';
  metadata: ModelMetadata;
}

/** A graph that takes texts. */
export interface TextModel extends ModelFile {
  kind: 'text';
  signature: TextSignature;
}

export type Model = FeaturesModel | TextModel;

async function readContent(path: string): Promise<Buffer> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    throw configError(`Cannot read the model ${path}`, { why: messageOf(error), hint: MODEL_HINT, cause: error });
  }
  if (content.length === 0) {
    throw configError(`${path} is empty`, { why: 'It should hold an ONNX model.', hint: MODEL_HINT });
  }
  return content;
}

/**
 * Reads a model and checks that it is one that can be served, without onnxruntime. Its kind is told
 * by the graph; only ours needs metadata.
 * @param path the ONNX file
 * @param metadataFile `model.json` beside it, where it is not kept elsewhere
 * @throws FortressError (exit 2) naming the file, the problem and what to do
 */
export async function readModel(path: string, metadataFile = metadataPath(path)): Promise<Model> {
  const content = await readContent(path);
  const graph = readGraph(content, path);
  const signature = readSignature(graph, path);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const file = { path, content, sha256, graph };
  if (signature.kind === 'text') return { ...file, kind: 'text', signature, labels: signature.labels };
  const metadata = await readMetadata(path, sha256, metadataFile);
  return { ...file, kind: 'features', metadata, labels: metadata.labels };
}
