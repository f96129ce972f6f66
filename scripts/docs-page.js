import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import swaggerUiFolder from 'swagger-ui-dist/absolute-path.js';

const SOURCE = 'src/server/docs';
const SWAGGER_UI = swaggerUiFolder();

/** By the name in the page's folder. */
const COMPRESSED = { 'swagger-ui.js.gz': 'swagger-ui-bundle.js', 'swagger-ui.css.gz': 'swagger-ui.css' };
const LICENCES = {
  'swagger-ui.LICENSE': 'LICENSE',
  'swagger-ui.NOTICE': 'NOTICE',
  'swagger-ui.js.LICENSE.txt': 'swagger-ui-bundle.js.LICENSE.txt',
};

/** Lays out the files of the model server's `/docs`: our page and Swagger UI, compressed once for all. */
export function writeDocsPage(folder) {
  mkdirSync(folder, { recursive: true });
  cpSync(SOURCE, folder, { recursive: true });
  for (const [name, file] of Object.entries(COMPRESSED))
    writeFileSync(join(folder, name), gzipSync(readFileSync(join(SWAGGER_UI, file)), { level: 9 }));
  for (const [name, file] of Object.entries(LICENCES)) copyFileSync(join(SWAGGER_UI, file), join(folder, name));
}
