import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Classifier } from './classifier.js';
import { addPredictRoute, describeSchemaProblem } from './predict.js';
import { problem, replyNotFound, replyToBrokenRequest, replyWithError } from './replies.js';
import type { ServerSettings } from './settings.js';

/** Turned by the shutdown, read by `/ready`. */
export interface ServerState {
  draining: boolean;
}

/** Longer than the gateway keeps idle connections (60 s), so that it never writes into one we just closed. */
const KEEP_ALIVE_TIMEOUT = 75_000;
/** For a whole request to arrive; a slow sender must not hold a connection for ever. */
const REQUEST_TIMEOUT = 30_000;
/** They are asked every few seconds and say nothing new. */
const UNLOGGED = new Set(['/health', '/ready']);

function addProbes(app: FastifyInstance, state: ServerState): void {
  app.get('/health', () => ({ status: 'alive' }));
  app.get('/ready', (_request, reply) =>
    state.draining ? reply.code(503).send(problem(503, 'The server is shutting down.')) : { status: 'ready' },
  );
}

function addHooks(app: FastifyInstance, identity: Record<string, string>, state: ServerState): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(identity);
    done();
  });
  // Decided when the answer leaves: a request may have come before the shutdown began.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (state.draining) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (!UNLOGGED.has(request.url)) {
      const { method, url } = request;
      request.log.info({ method, url, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 1000) / 1000 });
    }
    done();
  });
}

/** The HTTP side of the server; does not listen yet. */
export function buildApp(settings: ServerSettings, classifier: Classifier, state: ServerState): FastifyInstance {
  const identity = { 'x-instance-id': settings.instanceId, 'x-api-version': settings.apiVersion };
  const app = Fastify({
    logger: { level: settings.logLevel, base: { instance: settings.instanceId, version: settings.apiVersion } },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.bodyLimit,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    schemaErrorFormatter: ([first]) =>
      new Error(first === undefined ? 'The body is not valid.' : describeSchemaProblem(first)),
    frameworkErrors: (error, request, reply) => replyWithError(error, request, reply.headers(identity)),
    clientErrorHandler: (error, socket) => replyToBrokenRequest(error, socket, identity),
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(replyWithError);
  app.setNotFoundHandler((request, reply) => replyNotFound(app, request, reply));
  addHooks(app, identity, state);
  addProbes(app, state);
  addPredictRoute(app, classifier, settings.debugProbabilities);
  return app;
}
