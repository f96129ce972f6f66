import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Registry } from 'prom-client';
import { createAdmission } from './admission.js';
import type { Classifier } from './classifier.js';
import { addDocs } from './docs.js';
import { inferenceSchemas } from './inference-protocol/schemas.js';
import { addInferenceProtocol } from './inference-protocol/routes.js';
import { addHooks, markAnswer, type Note, noteWhenSent } from './hooks.js';
import type { LogStream } from './log-stream.js';
import { type Metrics, createMetrics } from './metrics.js';
import { addOpenApi } from './openapi.js';
import { addOperationRoutes } from './operation.js';
import { addPredictRoute, describeSchemaProblem } from './predict.js';
import { createPredictor } from './predictor.js';
import { replyNotFound, replyToBrokenRequest, replyWithError } from './replies.js';
import { createRequestNamer } from './request-id.js';
import { collectRoutes } from './routes.js';
import { sharedSchemas } from './schemas.js';
import type { ServerSettings } from './settings.js';
import type { ServerState } from './state.js';

/** Longer than the gateway keeps idle connections (60 s), so that it never writes into one we just closed. */
const KEEP_ALIVE_TIMEOUT = 75_000;
/** For a whole request to arrive; a slow sender must not hold a connection for ever. */
const REQUEST_TIMEOUT = 30_000;
/** How often requests are looked for that take too long; Node's own choice is 30 s, which doubles the timeout. */
const TIMEOUT_CHECKS = 5_000;
/** A model's name and a version may have 128 characters. */
const MAX_PATH_PARAMETER = 128;

/** What an app is made of. */
export interface AppParts {
  settings: ServerSettings;
  classifier: Classifier;
  state: ServerState;
  register: Registry;
  /** Holds the files of `/docs`. */
  docsFolder: string;
  /** Where its log goes; by default line by line to stdout. */
  log?: LogStream;
}

interface Surroundings {
  settings: ServerSettings;
  /** Headers of every answer. */
  identity: Record<string, string>;
  metrics: Metrics;
  noteUnrouted: Note;
  log: LogStream | undefined;
}

/** A server without routes that answers what never reaches one. */
function createServer({ settings, identity, metrics, noteUnrouted, log }: Surroundings): FastifyInstance {
  const nameRequest = createRequestNamer();
  const app = Fastify({
    logger: {
      level: settings.logLevel,
      base: { instance: settings.instanceId, version: settings.apiVersion },
      ...(log === undefined ? {} : { stream: log }),
    },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: nameRequest,
    bodyLimit: settings.bodyLimit,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    http: { connectionsCheckingInterval: TIMEOUT_CHECKS },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    schemaErrorFormatter: ([first]) =>
      new Error(first === undefined ? 'The body is not valid.' : describeSchemaProblem(first)),
    // No hook runs for these two.
    frameworkErrors: (error, request, reply) => {
      markAnswer(reply, identity, request.id);
      noteUnrouted(request, reply);
      return replyWithError(error, request, reply);
    },
    clientErrorHandler: (error, socket) => {
      const id = nameRequest();
      if (!replyToBrokenRequest(error, socket, id, identity)) return;
      metrics.countUnparsable();
      app.log.info({ request_id: id, code: error.code }, 'unparsable request');
    },
  });
  // A logger of its own for each request costs more than naming the request where something is logged.
  app.log.child = () => app.log;
  app.removeContentTypeParser('text/plain');
  // Answers are what their code says; the schemas describe them, and tests hold the two together.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(replyWithError);
  return app;
}

/** The HTTP side of the server; does not listen yet. */
export function buildApp({ settings, classifier, state, register, docsFolder, log }: AppParts): FastifyInstance {
  const { instanceId, apiVersion, debugProbabilities } = settings;
  const identity = { 'x-instance-id': instanceId, 'x-api-version': apiVersion };
  const admission = createAdmission(settings.maxPending);
  const metrics = createMetrics(register, settings, classifier, admission);
  const predictor = createPredictor(classifier, admission, metrics);
  const noteUnrouted = noteWhenSent(metrics.answersOf());

  const app = createServer({ settings, identity, metrics, noteUnrouted, log });
  const methodsAt = collectRoutes(app);
  app.setNotFoundHandler((request, reply) => {
    noteUnrouted(request, reply);
    return replyNotFound(request, reply, methodsAt);
  });
  for (const schema of [...sharedSchemas(classifier.labels, debugProbabilities), ...inferenceSchemas])
    app.addSchema(schema);
  addHooks(app, identity, metrics, state);
  addOpenApi(app);
  addDocs(app, docsFolder);
  addOperationRoutes(app, state, register);
  addPredictRoute(app, predictor, debugProbabilities);
  addInferenceProtocol(app, { settings, predictor, state }, methodsAt, noteUnrouted);
  return app;
}
