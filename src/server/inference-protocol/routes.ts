import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { explain, explainNotFound } from '../replies.js';
import type { Note } from '../hooks.js';
import type { MethodsAt } from '../routes.js';
import { acceptTensors } from './body.js';
import { addModelRoutes } from './model-routes.js';
import { sendJson } from './reply.js';
import { addServerRoutes } from './server-routes.js';
import type { ServedModel } from './served-model.js';

const sendError = (reply: FastifyReply, error: string): FastifyReply => sendJson(reply, JSON.stringify({ error }));

/**
 * Adds the routes of the Open Inference Protocol, version 2, under `/v2`.
 * @param noteUnrouted told of requests below that path that no route answers
 */
export function addInferenceProtocol(
  app: FastifyInstance,
  served: ServedModel,
  methodsAt: MethodsAt,
  noteUnrouted: Note,
): void {
  app.register(
    (scope, _options, done) => {
      scope.setErrorHandler((error: FastifyError, request, reply) => {
        const { status, message } = explain(error, request);
        return sendError(reply.code(error.validation === undefined ? status : 400), message);
      });
      scope.setNotFoundHandler((request, reply) => {
        noteUnrouted(request, reply);
        const { status, message, headers } = explainNotFound(request, methodsAt);
        return sendError(reply.code(status).headers(headers), message);
      });
      scope.setSchemaErrorFormatter(
        ([first]) => new Error(`${first?.instancePath.slice(1) || 'The body'} ${first?.message}.`),
      );
      acceptTensors(scope);
      addServerRoutes(scope, served);
      addModelRoutes(scope, served);
      done();
    },
    { prefix: '/v2' },
  );
}
