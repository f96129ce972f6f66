import type { FastifyInstance, FastifySchema } from 'fastify';
import type { Registry } from 'prom-client';
import { problem } from './replies.js';
import { type Schema, answer, ref } from './schemas.js';
import type { ServerState } from './state.js';

const status = (word: string): Schema =>
  answer('Yes.', { type: 'object', properties: { status: { type: 'string', const: word } } });

const describe = (operationId: string, summary: string, response: Schema): { schema: FastifySchema } => ({
  schema: { operationId, tags: ['operation'], summary, response },
});

/** Adds `/health`, `/ready` and `/metrics`. */
export function addOperationRoutes(app: FastifyInstance, state: ServerState, register: Registry): void {
  app.get('/health', describe('health', 'Whether the server runs', { 200: status('alive') }), () => ({
    status: 'alive',
  }));
  const unready = answer('No: the server is shutting down.', ref('Problem'));
  app.get(
    '/ready',
    describe('ready', 'Whether the server takes requests', { 200: status('ready'), 503: unready }),
    (request, reply) =>
      state.draining
        ? reply.code(503).send(problem(503, 'The server is shutting down.', request.id))
        : { status: 'ready' },
  );
  const text = answer('Prometheus’ text format.', { type: 'string' }, 'text/plain');
  app.get('/metrics', describe('metrics', 'Figures for Prometheus', { 200: text }), async (_request, reply) =>
    reply.type(register.contentType).send(await register.metrics()),
  );
}
