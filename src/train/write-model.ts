import { constants } from 'node:fs';
import { access, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, operationError, usageError } from '../errors.js';
import { CARD_MARK } from './model-card.js';
import { CARD, layOutFolder, SELF_CONTAINED } from './model-folder.js';
import type { TrainedModel } from './train.js';

export interface WrittenModel {
  files: { path: string; bytes: number }[];
}

const temporary = (path: string): string => `${path}.${process.pid}.tmp`;

/** The folder itself, or the nearest one above it that exists. */
async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return nearestFolder(dirname(path));
  if (!found.isDirectory()) throw new Error(`${path} is not a folder`);
  return path;
}

/**
 * Looks whether a model may be written into a folder, before minutes go into making it.
 * @param folder absolute
 * @throws FortressError (exit 2) when it cannot be written to, or holds a README.md of somebody else's
 */
export async function assertWritable(folder: string): Promise<void> {
  try {
    await access(await nearestFolder(folder), constants.W_OK);
  } catch (error) {
    throw usageError(`The model cannot be written to ${folder}`, {
      why: messageOf(error),
      hint: 'Choose a folder that you may write to with --out',
    });
  }
  const card = await readFile(join(folder, CARD), 'utf8').catch(() => CARD_MARK);
  if (card.includes(CARD_MARK)) return;
  throw usageError(`${join(folder, CARD)} is not a model card`, {
    why: 'Training writes the card of the model under that name and would overwrite yours.',
    hint: 'Give the model a folder of its own with --out',
  });
}

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
    // That of the model before would pass for this one's.
    if (model.selfContained === undefined) await rm(join(folder, SELF_CONTAINED), { force: true });
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
