import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CONFIG_FILES } from '../config/load.js';
import type { GlobalOptions } from './command.js';
import { openProject } from './project.js';

/** Where `fortress train` puts a model, and what it calls it. */
const DEFAULT_FOLDER = 'model';
const MODEL_FILE = 'model.onnx';

/**
 * The model that is meant: the given one (a file, or the folder that `fortress train` has written), else that of the first API of the configuration if there
 * is one, else the one that `fortress train` makes here.
 * @returns an absolute path; the file need not exist
 * @throws FortressError (exit 2) when there is a configuration and it is wrong
 */
export async function chooseModel(file: string | undefined, options: GlobalOptions): Promise<string> {
  if (file !== undefined) return isFolder(file) ? resolve(file, MODEL_FILE) : resolve(file);
  const isProject = options.config !== undefined || CONFIG_FILES.some((name) => existsSync(resolve(name)));
  const apis = isProject ? (await openProject(options)).apis : [];
  return apis.find(({ model }) => model !== null)?.model ?? resolve(DEFAULT_FOLDER, MODEL_FILE);
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
