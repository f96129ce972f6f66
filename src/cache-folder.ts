import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's programs keep what they can make again. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'fortress');
}
