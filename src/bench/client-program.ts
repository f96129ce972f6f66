import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationError } from '../errors.js';
import { packageRoot } from '../package-root.js';

/**
 * The bundled client, as text.
 * @throws FortressError (exit 1) when it has not been built
 */
export function readClientProgram(file: string = join(packageRoot(), 'dist', 'bench', 'client.mjs')): string {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  throw operationError('CLIENT_NOT_BUILT', `the client of the benchmark is missing: ${file}`, {
    hint: 'run `npm run build`',
  });
}
