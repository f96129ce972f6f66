import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, operationError } from '../errors.js';
import { layOutFolder } from './model-folder.js';
import type { TrainedModel } from './train.js';

export interface WrittenModel {
  files: { path: string; bytes: number }[];
}

const temporary = (path: string): string => `${path}.${process.pid}.tmp`;

/**
 * Writes a model's files into a folder, each in one step and `model.json` last: its checksum tells a
 * half-replaced model from a whole one.
 * @throws FortressError `MODEL_NOT_WRITTEN` (exit 1)
 */
export async function writeModel(folder: string, model: TrainedModel): Promise<WrittenModel> {
  const files = layOutFolder(model).map(([name, content]) => ({ path: join(folder, name), content }));
  try {
    await mkdir(folder, { recursive: true });
    // All content first: a full disk must not leave a new model beside an old card.
    for (const { path, content } of files) await writeFile(temporary(path), content);
    for (const { path } of files) await rename(temporary(path), path);
    return { files: files.map(({ path, content }) => ({ path, bytes: content.length })) };
  } catch (error) {
    await Promise.allSettled(files.map(({ path }) => rm(temporary(path), { force: true })));
    throw operationError('MODEL_NOT_WRITTEN', `Cannot write the model to ${folder}`, {
      why: messageOf(error),
      hint: 'Choose a folder that you may write to with --out',
      cause: error,
    });
  }
}
