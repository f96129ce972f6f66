import { dirname } from 'node:path';
import { findConfig, loadConfig } from '../config/load.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { stateFolder } from '../config/state-folder.js';
import type { EngineReader } from '../engine/engine.js';
import type { ModelFiles } from '../model/model-files.js';
import type { GlobalOptions } from './command.js';

/** The configuration of the project that the flags name. */
export const openProject = ({ config }: GlobalOptions): Promise<ResolvedConfig> => loadConfig(config ?? '.');

/** Its state folder, also when the configuration is one that cannot be read. */
export const projectState = ({ config }: GlobalOptions): string => stateFolder(dirname(findConfig(config ?? '.')));

/** What a project's stack was made from. */
export interface Running {
  config: ResolvedConfig;
  /** The files of a generation's models; undefined: those that the configuration names. */
  models?: Record<string, ModelFiles>;
}

/**
 * What the configuration file says; or, after a `rollback` or `scale`, what that brought up, and says so. Loads what
 * reads generations, which the other commands that look do without.
 * @throws FortressError: exit 2 as of `openProject`; exit 1 when the generation is damaged
 */
export async function openRunning(options: GlobalOptions, note: (line: string) => void): Promise<Running> {
  const { openDeparture } = await import('../generations/open.js');
  const departure = await openDeparture(projectState(options));
  if (departure === null) return { config: await openProject(options) };
  const { number, cause } = departure;
  note(`! going by generation ${number} (${cause}), not by the configuration file, until the next \`fortress up\``);
  return departure;
}

/** An engine that can be looked at only. Loads the Docker client. */
export async function openReader(): Promise<EngineReader> {
  const { connectReadOnly } = await import('../engine/docker/read-only.js');
  const { createDockerReader } = await import('../engine/docker/reader.js');
  return createDockerReader(await connectReadOnly());
}
