// The course's API in miniature, for the images of the sabotage suite: what FastAPI and uvicorn do
// with a prediction, and nothing else. VERSION=v2 adds the probabilities. It does not name itself,
// as the course's does not; NAME=yes adds the headers of fortress' own server.
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';

const { VERSION = 'v1', FIELD = 'sentence', ANSWER = 'prediction value', NAME, PREDICTS, PORT = '8000' } = process.env;

const WORDS = { love: /love/, sadness: /sad|cry/, worry: /worr/, fun: /fun|party/, hate: /hate|worst/ };
const LABELS = [...Object.keys(WORDS), 'anger', 'boredom', 'empty', 'enthusiasm', 'happiness', 'relief', 'surprise'];
LABELS.push('neutral');

const classify = (sentence) => LABELS.find((label) => WORDS[label]?.test(sentence)) ?? 'neutral';

function probabilities(chosen) {
  const rest = 0.4 / (LABELS.length - 1);
  return Object.fromEntries(LABELS.map((label) => [label, label === chosen ? 0.6 : rest]));
}

function predict(body) {
  const sentence = parsed(body)?.[FIELD];
  if (typeof sentence !== 'string')
    return { status: 422, body: { detail: [{ type: 'missing', loc: ['body', FIELD] }] } };
  const label = PREDICTS ?? classify(sentence);
  return {
    status: 200,
    body: { [ANSWER]: label, ...(VERSION === 'v2' && { prediction_proba_dict: probabilities(label) }) },
  };
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** FastAPI's routes, its redirect of a trailing slash included. */
function answer(method, path, body) {
  if (path === '/predict') {
    return method === 'POST' ? predict(body) : { status: 405, body: { detail: 'Method Not Allowed' } };
  }
  if (path === '/predict/') return { status: 307, headers: { Location: '/predict' }, body: '' };
  if (path === '/') return { status: 200, body: { message: 'Sentiment API' } };
  if (path === '/health') return { status: 200, body: { status: 'ok' } };
  if (path === '/docs') return { status: 200, body: '<!DOCTYPE html><title>FastAPI - Swagger UI</title>' };
  if (path === '/openapi.json') {
    return { status: 200, body: { openapi: '3.1.0', info: { title: 'FastAPI' }, paths: { '/predict': { post: {} } } } };
  }
  return { status: 404, body: { detail: 'Not Found' } };
}

createServer(async (request, response) => {
  const { method = '', url = '', socket } = request;
  const { status, headers = {}, body } = answer(method, url.split('?')[0], await text(request));
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'Content-Type': isText ? 'text/html; charset=utf-8' : 'application/json',
    ...(NAME === 'yes' && { 'X-Instance-Id': hostname(), 'X-Api-Version': VERSION }),
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
  // uvicorn's access log; health checks would only fill it.
  if (url !== '/health')
    console.log(`INFO:     ${socket.remoteAddress}:${socket.remotePort} - "${method} ${url} HTTP/1.1" ${status}`);
}).listen(Number(PORT));

process.on('SIGTERM', () => process.exit(0));
