import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Stand-ins for the files that the build makes for `/docs`; each one holds its own name. */
export function writeDocsFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of ['index.html', 'start.js', 'swagger-ui.js.gz', 'swagger-ui.css.gz'])
    writeFileSync(join(folder, file), file.endsWith('.gz') ? gzipSync(file) : file);
}
