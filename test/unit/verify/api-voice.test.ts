import { describe, expect, it } from 'vitest';
import { apiVoice } from '../../../src/verify/api-voice.js';
import { makeReply } from './support/results.js';

describe('apiVoice', () => {
  it.each([
    [makeReply(404, '', { 'x-instance-id': 'api-v1-1' }), 'names its API'],
    [makeReply(200, '', { server: 'uvicorn' }), 'Server: uvicorn'],
    [makeReply(200, '', { 'x-powered-by': 'Express' }), 'X-Powered-By: Express'],
    [makeReply(200, '{"openapi":"3.1.0"}'), 'describes an API in OpenAPI'],
    [makeReply(200, '<link href="/static/swagger-ui.css">'), "is an API's documentation page"],
    [makeReply(404, '{"detail":"Not Found"}'), 'words its error as FastAPI does'],
    [makeReply(405, '{"detail":"Method Not Allowed"}'), 'words its error as FastAPI does'],
    [makeReply(404, '<pre>Cannot POST /</pre>'), 'words its error as Express does'],
    [makeReply(404, '{"message":"Route GET:/ not found","statusCode":404}'), 'words its error as Fastify does'],
    [makeReply(404, '<p>The requested URL was not found on the server. If you'), 'words its error as Flask does'],
  ])('hears an API in %o', (reply, reason) => {
    expect(apiVoice(reply)).toBe(reason);
  });

  it.each([
    makeReply(404, '<html><center><h1>404 Not Found</h1></center><hr><center>nginx</center></html>', {
      server: 'nginx',
    }),
    makeReply(405, '<html><center>nginx/1.26.3</center></html>'),
    makeReply(404, '{"statusCode":404,"error":"Gateway","message":"There is nothing at this path"}'),
    makeReply(200, '<h1>It works!</h1>'),
    makeReply(200, '{"status":"ok"}'),
    makeReply(401, '{"detail":"Not authenticated"}'),
    makeReply(null),
  ])('hears none in %o', (reply) => {
    expect(apiVoice(reply)).toBeNull();
  });
});
