import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

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

function sendFile(path: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const content = createReadStream(path);
  if (!path.endsWith('.gz')) return reply.send(content);
  reply.header('vary', 'accept-encoding');
  const accepts = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  return accepts ? reply.header('content-encoding', 'gzip').send(content) : reply.send(content.pipe(createGunzip()));
}

/**
 * Adds `GET /docs`: the description of the API as a page to read and to try out, without anything
 * from elsewhere.
 * @param folder holds the page's files
 */
export function addDocs(app: FastifyInstance, folder: string): void {
  for (const [path, { file, type }] of Object.entries(FILES)) {
    app.get(`/docs${path}`, (request, reply) => {
      reply.type(type).header('content-security-policy', POLICY).header('x-content-type-options', 'nosniff');
      return sendFile(join(folder, file), request, reply.header('cache-control', 'no-cache'));
    });
  }
  app.get('/docs/', (_request, reply) => reply.redirect('../docs', 308));
  app.addHook('onReady', async () => {
    await Promise.all(Object.values(FILES).map(({ file }) => access(join(folder, file))));
  });
}
