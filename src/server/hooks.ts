import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics, RecordAnswer } from './metrics.js';
import type { ServerState } from './state.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** How many texts it asks to classify. */
    texts: number;
  }
}

/** They are asked every few seconds and say nothing new: no line in the log. */
const QUIET_PATHS = new Set(['/health', '/ready', '/metrics', '/v2/health/live', '/v2/health/ready']);

/** Something to do about a request. */
export type Note = (request: FastifyRequest, reply: FastifyReply) => void;

/** Tells who answers, and what: headers of every answer. */
export const markAnswer = (reply: FastifyReply, identity: Record<string, string>, requestId: string): void =>
  void reply.headers(identity).header('x-request-id', requestId);

/** Counts an answer that has left, and writes a line about it. */
function noteAnswer(record: RecordAnswer): Note {
  return (request, reply) => {
    const { elapsedTime, statusCode: status } = reply;
    record(status, elapsedTime / 1000);
    if (QUIET_PATHS.has(request.url)) return;
    const { id, method, url, texts } = request;
    request.log.info({ request_id: id, method, url, status, texts, ms: Math.round(elapsedTime * 1000) / 1000 });
  };
}

/** The same for answers that no route gives and that no hook of a route sees. */
export function noteWhenSent(record: RecordAnswer): Note {
  const note = noteAnswer(record);
  return (request, reply) => void reply.raw.once('finish', () => note(request, reply));
}

const encodedBody = (encoding: string): Error =>
  Object.assign(new Error(`Send the body as it is, not with "Content-Encoding: ${encoding.slice(0, 64)}".`), {
    statusCode: 415,
  });

/** Adds what happens around each request, for the routes that are added after it. */
export function addHooks(
  app: FastifyInstance,
  identity: Record<string, string>,
  metrics: Metrics,
  state: ServerState,
): void {
  app.decorateRequest('texts', 0);
  app.addHook('onRequest', (request, reply, done) => {
    markAnswer(reply, identity, request.id);
    const encoding = request.headers['content-encoding'];
    done(encoding === undefined || encoding === 'identity' ? undefined : encodedBody(encoding));
  });
  // Decided when the answer leaves: a request may have come before the shutdown began.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (state.draining) reply.header('connection', 'close');
    done();
  });
  // A hook for each route, which knows its name: to ask the request for it costs more.
  app.addHook('onRoute', (route) => {
    const note = noteAnswer(metrics.answersOf(route.url));
    route.onResponse = (request, reply, done) => {
      note(request, reply);
      done();
    };
  });
}
