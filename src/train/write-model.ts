import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, operationError } from '../errors.js';
import { renderModelCard } from './model-card.js';
import type { TrainedModel } from './train.js';

export interface WrittenModel {
  files: { path: string; bytes: number }[];
}

async function replaceFile(path: string, content: Uint8Array): Promise<{ path: string; bytes: number }> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
  return { path, bytes: content.length };
}

/**
 * Writes `model.onnx`, the model card and `model.json` into a folder, each in one step and
 * `model.json` last: its checksum tells a half-replaced model from a whole one.
 * @throws FortressError `MODEL_NOT_WRITTEN` (exit 1)
 */
export async function writeModel(folder: string, { onnx, metadata }: TrainedModel): Promise<WrittenModel> {
  const json = Buffer.from(`${JSON.stringify(metadata, null, 2)}\n`);
  try {
    await mkdir(folder, { recursive: true });
    return {
      files: [
        await replaceFile(join(folder, 'model.onnx'), onnx),
        await replaceFile(join(folder, 'README.md'), Buffer.from(renderModelCard(metadata, json.length))),
        await replaceFile(join(folder, 'model.json'), json),
      ],
    };
  } catch (error) {
    throw operationError('MODEL_NOT_WRITTEN', `Cannot write the model to ${folder}`, {
      why: messageOf(error),
      hint: 'Choose a folder that you may write to with --out',
      cause: error,
    });
  }
}
