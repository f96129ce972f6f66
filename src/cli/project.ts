import { dirname } from 'node:path';
import { findConfig, loadConfig } from '../config/load.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { stateFolder } from '../config/state-folder.js';
import type { EngineReader } from '../engine/engine.js';
import type { GlobalOptions } from './command.js';

/** The configuration of the project that the flags name. */
export const openProject = ({ config }: GlobalOptions): Promise<ResolvedConfig> => loadConfig(config ?? '.');

/** Its state folder, also when the configuration is one that cannot be read. */
export const projectState = ({ config }: GlobalOptions): string => stateFolder(dirname(findConfig(config ?? '.')));

/** An engine that can be looked at only. Loads the Docker client. */
export async function openReader(): Promise<EngineReader> {
  const { connectReadOnly } = await import('../engine/docker/read-only.js');
  const { createDockerReader } = await import('../engine/docker/reader.js');
  return createDockerReader(await connectReadOnly());
}
