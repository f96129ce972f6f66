import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { configError, messageOf } from '../errors.js';
import { type ModelMetadata, metadataSchema } from './metadata.js';

const HINT = 'Make a model with `fortress train --data FILE`, or get the default one with `fortress init --force`';

/** Where the metadata of a model lies: `model.json` beside it. */
export const metadataPath = (modelPath: string): string => join(dirname(modelPath), 'model.json');

async function read(file: string, what: string): Promise<Buffer> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (error) {
    throw configError(`Cannot read ${what} ${file}`, { why: messageOf(error), hint: HINT, cause: error });
  }
  if (content.length === 0) throw configError(`${file} is empty`, { why: `It should hold ${what}.`, hint: HINT });
  return content;
}

function parse(content: Buffer, file: string): ModelMetadata {
  let json: unknown;
  try {
    json = JSON.parse(content.toString('utf8'));
  } catch (error) {
    throw configError(`${file} is not valid JSON`, { why: messageOf(error), hint: HINT, cause: error });
  }
  const result = metadataSchema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
  throw configError(`${file} does not describe a model that this version of fortress can run`, {
    why: problems.join('; '),
    hint: HINT,
  });
}

/**
 * Reads and checks the metadata of a model, and that the model file is the one it describes. Does
 * not need onnxruntime.
 * @param modelPath the ONNX file; `model.json` is looked for beside it
 * @throws FortressError (exit 2) naming the file, the problem and what to do
 */
export async function readModelMetadata(modelPath: string): Promise<ModelMetadata> {
  const file = metadataPath(modelPath);
  const model = await read(modelPath, 'the model');
  const metadata = parse(await read(file, 'the metadata of the model'), file);
  const found = createHash('sha256').update(model).digest('hex');
  if (found !== metadata.model.sha256) {
    throw configError(`${modelPath} is not the model that ${file} describes`, {
      why: `Its sha256 is ${found}, expected ${metadata.model.sha256}: one of the two was replaced or damaged.`,
      hint: HINT,
    });
  }
  return metadata;
}
