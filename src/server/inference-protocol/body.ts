import type { FastifyInstance, FastifyRequest } from 'fastify';
import { badRequest } from './bad-request.js';
import { withBinaryData } from './binary.js';

/** Bytes of JSON in front of binary data. */
const HEADER_LENGTH = 'inference-header-content-length';

type Done = (error: Error | null, body?: unknown) => void;

function requireType(type: string | undefined): void {
  // Some clients declare nothing.
  if (type === undefined || /^application\/(json|octet-stream)\s*(;|$)/i.test(type)) return;
  throw badRequest(
    'Send JSON, with the header "Content-Type: application/json", or binary tensor data as application/octet-stream.',
    415,
  );
}

function headerLengthOf(given: unknown, size: number): number {
  if (given === undefined) return size;
  const length = typeof given === 'string' && /^\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
  if (length <= size) return length;
  throw badRequest(`"Inference-Header-Content-Length" must be a number of bytes, at most those of the body (${size}).`);
}

/** Lets the routes of a scope take JSON, and JSON with binary tensor data behind it. */
export function acceptTensors(scope: FastifyInstance): void {
  const parseJson = scope.getDefaultJsonParser('error', 'error');
  const parse = (request: FastifyRequest, body: Buffer, done: Done): void => {
    requireType(request.headers['content-type']);
    const length = headerLengthOf(request.headers[HEADER_LENGTH], body.length);
    const parsed = (error: Error | null, json?: unknown): void => {
      if (error !== null) return done(error);
      try {
        return done(null, length === body.length ? json : withBinaryData(json, body.subarray(length)));
      } catch (problem) {
        return done(problem as Error);
      }
    };
    void parseJson(request, body.toString('utf8', 0, length), parsed);
  };
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, parse);
}
