import type { RunTool } from './run-tool.js';

/** The engine's compose, as it is called on this machine. */
export interface ComposeTool {
  command: readonly string[];
  version: string;
  /** How it calls the image that it builds for a service. */
  defaultImage(project: string, service: string): string;
}

const CANDIDATES = [['docker', 'compose'], ['docker-compose']] as const;

export const HOW_TO_INSTALL =
  'install it: apt-get install docker-compose-plugin (Docker), docker-compose-v2 (Ubuntu) or docker-compose (Debian)';

/** null: there is none. */
export async function findComposeTool(run: RunTool): Promise<ComposeTool | null> {
  for (const command of CANDIDATES) {
    const { ok, stdout } = await run([...command, 'version', '--short'], { timeout: 20_000 });
    const version = /\d+(?:\.\d+)+/.exec(stdout)?.[0];
    if (!ok || version === undefined) continue;
    const separator = version.startsWith('1.') ? '_' : '-';
    return { command, version, defaultImage: (project, service) => `${project}${separator}${service}` };
  }
  return null;
}
