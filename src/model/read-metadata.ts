import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { configError, messageOf } from '../errors.js';
import { type ModelMetadata, metadataSchema } from './metadata.js';

/** What to do about a model that is not whole. */
export const MODEL_HINT =
  'Make a model with `fortress train --data FILE`; or move away what is broken and run `fortress init`, which brings the default model and keeps what is there';

/** Where the metadata of a model lies: `model.json` beside it. */
export const metadataPath = (modelPath: string): string => join(dirname(modelPath), 'model.json');

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw configError(`Cannot read the metadata of the model ${file}`, {
      why: messageOf(error),
      hint: MODEL_HINT,
      cause: error,
    });
  }
}

function parse(text: string, file: string): ModelMetadata {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw configError(`${file} is not valid JSON`, { why: messageOf(error), hint: MODEL_HINT, cause: error });
  }
  const result = metadataSchema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
  throw configError(`${file} does not describe a model that this version of fortress can run`, {
    why: problems.join('; '),
    hint: MODEL_HINT,
  });
}

/**
 * Reads and checks the metadata of a model that takes features.
 * @param modelPath the ONNX file
 * @param sha256 of the ONNX file
 * @param file with the metadata
 * @throws FortressError (exit 2) naming the file, the problem and what to do
 */
export async function readMetadata(
  modelPath: string,
  sha256: string,
  file = metadataPath(modelPath),
): Promise<ModelMetadata> {
  const metadata = parse(await readText(file), file);
  if (sha256 === metadata.model.sha256) return metadata;
  throw configError(`${modelPath} is not the model that ${file} describes`, {
    why: `Its sha256 is ${sha256}, expected ${metadata.model.sha256}: one of the two was replaced or damaged.`,
    hint: MODEL_HINT,
  });
}
