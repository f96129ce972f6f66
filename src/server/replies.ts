import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The body of every answer that is not a success. */
export interface Problem {
  statusCode: number;
  error: string;
  message: string;
}

export const problem = (statusCode: number, message: string): Problem => ({
  statusCode,
  error: STATUS_CODES[statusCode] ?? 'Error',
  message,
});

/** Well-formed JSON that does not say what is needed. */
const UNPROCESSABLE = 422;

function statusOf({ validation, statusCode }: FastifyError): number {
  if (validation !== undefined) return UNPROCESSABLE;
  return statusCode !== undefined && statusCode >= 400 ? statusCode : 500;
}

function messageFor({ code, message }: FastifyError, { server }: FastifyRequest): string {
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'Send JSON, with the header "Content-Type: application/json".';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return `The body is larger than ${server.initialConfig.bodyLimit} bytes.`;
  return message;
}

/** Answers what went wrong in words when it was the caller, and logs it when it was us. */
export function replyWithError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = statusOf(error);
  if (status < 500) return reply.code(status).send(problem(status, messageFor(error, request)));
  request.log.error({ err: error }, 'request failed');
  return reply.code(status).send(problem(status, 'The server could not answer this request; its log says why.'));
}

/** 405 with `Allow` where the path exists for other methods, else 404. */
export function replyNotFound(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? '/';
  const allowed = app.supportedMethods.filter((method) => app.hasRoute({ method, url: path }));
  if (allowed.length === 0) return reply.code(404).send(problem(404, `There is nothing at ${path}.`));
  const methods = allowed.join(', ');
  return reply
    .code(405)
    .header('allow', methods)
    .send(problem(405, `${request.method} is not possible at ${path}; use ${methods}.`));
}

const CLIENT_ERRORS: Record<string, [status: number, message: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The request headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
};

/** Answers what is not HTTP at all, on the bare socket: no route, hook or reply exists for it. */
export function replyToBrokenRequest(error: { code?: string }, socket: Socket, headers: Record<string, string>): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = CLIENT_ERRORS[error.code ?? ''] ?? [400, 'This is not a valid HTTP request.'];
  const body = JSON.stringify(problem(status, message));
  const lines = Object.entries({
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'));
}
