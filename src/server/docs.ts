import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const decompress = promisify(gunzip);

/** By path below `/docs`; the compressed ones are Swagger UI's. */
const FILES: Record<string, { file: string; type: string }> = {
  '': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/start.js': { file: 'start.js', type: 'text/javascript; charset=utf-8' },
  '/swagger-ui.js': { file: 'swagger-ui.js.gz', type: 'text/javascript; charset=utf-8' },
  '/swagger-ui.css': { file: 'swagger-ui.css.gz', type: 'text/css; charset=utf-8' },
};

/** Everything comes from this server; Swagger UI sets styles and pictures of its own. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const acceptsGzip = ({ headers }: FastifyRequest): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(headers['accept-encoding'] ?? '');

async function sendCompressed(content: Buffer, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.header('vary', 'accept-encoding');
  return acceptsGzip(request)
    ? reply.header('content-encoding', 'gzip').send(content)
    : reply.send(await decompress(content));
}

/**
 * Adds `GET /docs`: the description of the API as a page to read and to try out, without anything
 * from elsewhere. Its files, half a megabyte, are read once, when the server starts.
 * @param folder holds the page's files
 */
export function addDocs(app: FastifyInstance, folder: string): void {
  const contents = new Map<string, Buffer>();
  app.addHook('onReady', async () => {
    const files = Object.values(FILES).map(async ({ file }) => contents.set(file, await readFile(join(folder, file))));
    await Promise.all(files);
  });
  for (const [path, { file, type }] of Object.entries(FILES)) {
    app.get(`/docs${path}`, (request, reply) => {
      const content = contents.get(file) ?? Buffer.alloc(0);
      reply.type(type).headers({
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      });
      return file.endsWith('.gz') ? sendCompressed(content, request, reply) : reply.send(content);
    });
  }
  app.get('/docs/', (_request, reply) => reply.redirect('../docs', 308));
}
