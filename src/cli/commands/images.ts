import { existsSync } from 'node:fs';
import { CONFIG_FILES } from '../../config/load.js';
import type { ResolvedConfig } from '../../config/resolved.js';
import { ExitCode, usageError } from '../../errors.js';
import type { CommandBody, GlobalOptions } from '../command.js';
import { openProject } from '../project.js';

interface ImagesOptions {
  force?: boolean;
}

/** `fortress images`: the images of a stack, and their way to another machine. */
export const run: CommandBody<ImagesOptions> = async ({ args: [action = 'list', file], options, signal }) => {
  const { json = false, force = false } = options;
  assertBelong(action, file, force);
  if (action === 'save') {
    const { saveImages } = await import('../images/save.js');
    await saveImages(await openProject(options), file ?? '', { force, json, signal });
  } else if (action === 'load') {
    const { loadImages } = await import('../images/load.js');
    await loadImages(await projectIfAny(options), file ?? '', { json, signal });
  } else if (action === 'build' || action === 'pull') {
    const { buildOrPull } = await import('../images/build-or-pull.js');
    await buildOrPull(await openProject(options), action, { json, signal });
  } else {
    const { listImages } = await import('../images/list.js');
    await listImages(await openProject(options), { json });
  }
  return ExitCode.ok;
};

const WITH_FILE = ['save', 'load'];
const WITHOUT_FILE = ['list', 'build', 'pull'];

function assertBelong(action: string, file: string | undefined, force: boolean): void {
  if (![...WITH_FILE, ...WITHOUT_FILE].includes(action)) {
    throw usageError(`fortress images has no "${action}"`, {
      hint: 'fortress images [list], build or pull; fortress images save FILE, load FILE',
    });
  }
  if (WITH_FILE.includes(action) && file === undefined) {
    throw usageError(`fortress images ${action}: which file? Give a name, or "-"`);
  }
  if (WITHOUT_FILE.includes(action) && file !== undefined) {
    throw usageError(`fortress images ${action} takes no file: found "${file}"`);
  }
  if (force && action !== 'save') throw usageError(`--force does not belong to fortress images ${action}`);
}

/** Images can be loaded before their project has come, too. */
const projectIfAny = (options: GlobalOptions): Promise<ResolvedConfig | null> =>
  options.config !== undefined || CONFIG_FILES.some((name) => existsSync(name))
    ? openProject(options)
    : Promise.resolve(null);
