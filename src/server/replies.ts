import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { MethodsAt } from './routes.js';

/** The body of every answer that is not a success. */
export interface Problem {
  statusCode: number;
  error: string;
  message: string;
  request_id: string;
}

export const problem = (statusCode: number, message: string, requestId: string): Problem => ({
  statusCode,
  error: STATUS_CODES[statusCode] ?? 'Error',
  message,
  request_id: requestId,
});

/** Well-formed JSON that does not say what is needed. */
const UNPROCESSABLE = 422;

/** Seconds after which a server that has too much to do should be asked again: its queue is gone by then. */
const RETRY_AFTER = '1';

function statusOf({ validation, statusCode }: FastifyError): number {
  if (validation !== undefined) return UNPROCESSABLE;
  return statusCode !== undefined && statusCode >= 400 ? statusCode : 500;
}

function messageFor({ code, message }: FastifyError, { server }: FastifyRequest): string {
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'Send JSON, with the header "Content-Type: application/json".';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return `The body is larger than ${server.initialConfig.bodyLimit} bytes.`;
  return message;
}

/** What went wrong, in words when it was the caller; when it was us, only the log says more. */
export function explain(error: FastifyError, request: FastifyRequest): { status: number; message: string } {
  const status = statusOf(error);
  if (status < 500) return { status, message: messageFor(error, request) };
  request.log.error({ request_id: request.id, err: error }, 'request failed');
  return { status, message: 'The server could not answer this request; its log says why.' };
}

/** Answers any error of a request. */
export function replyWithError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, message } = explain(error, request);
  return reply.code(status).send(problem(status, message, request.id));
}

export const BUSY = 'Too many texts are pending; try again in a moment.';

/** Marks an answer as that of a server which is well but has too much to do. */
export const busy = (reply: FastifyReply): FastifyReply => reply.code(503).header('retry-after', RETRY_AFTER);

/** Turns a request away. */
export const replyBusy = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  busy(reply).send(problem(503, BUSY, request.id));

/** Why there is no answer at a path: 405 with `Allow` where it exists for other methods, else 404. */
export function explainNotFound(
  { url, method }: FastifyRequest,
  methodsAt: MethodsAt,
): { status: number; message: string; headers: Record<string, string> } {
  const path = url.split('?', 1)[0] ?? '/';
  const methods = methodsAt(path).join(', ');
  return methods === ''
    ? { status: 404, message: `There is nothing at ${path}.`, headers: {} }
    : { status: 405, message: `${method} is not possible at ${path}; use ${methods}.`, headers: { allow: methods } };
}

/** Answers where no route does. */
export function replyNotFound(request: FastifyRequest, reply: FastifyReply, methodsAt: MethodsAt): FastifyReply {
  const { status, message, headers } = explainNotFound(request, methodsAt);
  return reply
    .code(status)
    .headers(headers)
    .send(problem(status, message, request.id));
}

const CLIENT_ERRORS: Record<string, [status: number, message: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The request headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
};

/**
 * Answers what is not HTTP at all, on the bare socket: no route, hook or reply exists for it.
 * @returns whether there was somebody left to answer
 */
export function replyToBrokenRequest(
  error: { code?: string },
  socket: Socket,
  requestId: string,
  identity: Record<string, string>,
): boolean {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return false;
  }
  const [status, message] = CLIENT_ERRORS[error.code ?? ''] ?? [400, 'This is not a valid HTTP request.'];
  const body = JSON.stringify(problem(status, message, requestId));
  const lines = Object.entries({
    ...identity,
    'x-request-id': requestId,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'));
  return true;
}
