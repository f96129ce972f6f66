import { INSTANCE_HEADER, VERSION_HEADER } from './prediction.js';
import { jsonOf, property, type Reply } from './reply.js';

/** How the frameworks of the field word an error. */
const ERRORS: [framework: string, wording: RegExp][] = [
  ['Express', /^\s*(?:<!DOCTYPE html>[\s\S]*)?(?:<pre>)?Cannot (?:GET|POST) \//i],
  ['Fastify', /"Route (?:GET|POST):[^"]* not found"/],
  ['Flask', /The requested URL was not found on the server\.|The method is not allowed for the requested URL\./],
];
const SERVERS = /uvicorn|gunicorn|hypercorn|waitress|werkzeug|daphne|kestrel/i;
const DOCS_PAGE = /swagger-ui|<redoc|redoc\.standalone|\/openapi\.json/i;

/**
 * Why an answer must come from an API, not from a gateway or a static page; null: nothing says so.
 * What merely asks for a password tells nothing: both may.
 */
export function apiVoice(reply: Reply): string | null {
  const { status, headers, body } = reply;
  if (status === null || status === 401 || status === 403) return null;
  if (headers[INSTANCE_HEADER] !== undefined || headers[VERSION_HEADER] !== undefined) return 'names its API';
  const server = headers['server'] ?? '';
  if (SERVERS.test(server)) return `Server: ${server}`;
  if (headers['x-powered-by'] !== undefined) return `X-Powered-By: ${headers['x-powered-by']}`;
  const json = jsonOf(reply);
  if (typeof property(json, 'openapi') === 'string' || typeof property(json, 'swagger') === 'string') {
    return 'describes an API in OpenAPI';
  }
  if (status >= 400) {
    if (property(json, 'detail') !== undefined) return 'words its error as FastAPI does';
    const [framework] = ERRORS.find(([, wording]) => wording.test(body)) ?? [];
    return framework === undefined ? null : `words its error as ${framework} does`;
  }
  return status === 200 && DOCS_PAGE.test(body) ? "is an API's documentation page" : null;
}
