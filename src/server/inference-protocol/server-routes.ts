import type { FastifyInstance, FastifySchema } from 'fastify';
import { VERSION } from '../../version.js';
import { type Schema, answer } from '../schemas.js';
import { TAG, readyAnswers } from './schemas.js';
import type { ServedModel } from './served-model.js';

const describe = (operationId: string, summary: string, response: Schema): { schema: FastifySchema } => ({
  schema: { operationId, tags: TAG, summary, response },
});

const METADATA = answer('Name, version and extensions.', {
  type: 'object',
  required: ['name', 'version', 'extensions'],
  properties: {
    name: { type: 'string' },
    version: { type: 'string' },
    extensions: { type: 'array', items: { type: 'string' } },
  },
});
const LIVE = answer('Yes.', { type: 'object', required: ['live'], properties: { live: { type: 'boolean' } } });

/** Adds what a client asks about the server as a whole. */
export function addServerRoutes(scope: FastifyInstance, { state }: ServedModel): void {
  scope.get('', describe('server_metadata', 'Which server this is', { 200: METADATA }), () => ({
    name: 'fortress',
    version: VERSION,
    extensions: ['binary_tensor_data'],
  }));
  scope.get('/health/live', describe('server_live', 'Whether the server runs', { 200: LIVE }), () => ({ live: true }));
  scope.get(
    '/health/ready',
    describe('server_ready', 'Whether the server takes requests', readyAnswers),
    (_request, reply) => reply.code(state.draining ? 503 : 200).send({ ready: !state.draining }),
  );
}
