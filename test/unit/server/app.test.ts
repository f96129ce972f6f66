import { once } from 'node:events';
import { connect } from 'node:net';
import type { InjectOptions } from 'fastify';
import { describe, expect, test, vi } from 'vitest';
import { createApp } from './create-app.js';

const post = (payload: string, type = 'application/json'): InjectOptions => ({
  method: 'POST',
  url: '/predict',
  headers: { 'content-type': type },
  payload,
});
const inject = async (request: InjectOptions) => (await createApp()).app.inject(request);
const sentence = (text: unknown): InjectOptions => post(JSON.stringify({ sentence: text }));
const sentences = (texts: unknown): InjectOptions => post(JSON.stringify({ sentences: texts }));
const infer = (texts: string[]): InjectOptions => ({
  method: 'POST',
  url: '/v2/models/model/infer',
  payload: { inputs: [{ name: 'text', datatype: 'BYTES', shape: [texts.length], data: texts }] },
});

/** A model that answers when told to. */
function slowModel() {
  const waiting: (() => void)[] = [];
  const classify = (): Promise<Float32Array> =>
    new Promise((resolve) => waiting.push(() => resolve(new Float32Array(13).fill(1 / 13))));
  return { classify, answerAll: () => waiting.splice(0).forEach((answer) => answer()), waiting };
}

const failing = (): Promise<never> => Promise.reject(new Error('secret detail'));

/** To five decimals: batches add up in another order. */
const round = (_key: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 1e5) : value);

describe('POST /predict', () => {
  test('answers the contract of v1', async () => {
    const response = await inject(sentence('I love you so much!'));
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ 'prediction value': 'love' });
  });

  test('adds the probabilities where the settings say so', async () => {
    const { app, classifier } = await createApp({ debugProbabilities: true, apiVersion: 'v2' });
    const response = await app.inject(sentence('so sad and lonely today :('));
    const { 'prediction value': value, prediction_proba_dict: probabilities } = response.json();
    const entries = Object.entries<number>(probabilities);
    expect(entries.map(([label]) => label)).toEqual(classifier.labels);
    expect(entries.reduce((sum, [, probability]) => sum + probability, 0)).toBeCloseTo(1, 4);
    expect(probabilities[value]).toBe(Math.max(...entries.map(([, probability]) => probability)));
    expect(response.headers['x-api-version']).toBe('v2');
  });

  test('answers several in their order, each as it would alone', async () => {
    const { app } = await createApp({ debugProbabilities: true });
    // Longer in sum than what is worked on at a time.
    const texts = ['I love you so much!', 'so sad :(', 'word '.repeat(1900), 'happy mothers day', 'x '.repeat(4000)];
    const together = await app.inject(sentences(texts));
    expect(together.statusCode).toBe(200);
    const alone = await Promise.all(texts.map(async (text) => (await app.inject(sentence(text))).json()));
    expect(JSON.stringify(together.json().predictions, round)).toBe(JSON.stringify(alone, round));
  });

  test('answers a list for a list of one, and takes 256 at a time', async () => {
    const { app } = await createApp();
    expect((await app.inject(sentences(['I love you so much!']))).json()).toEqual({
      predictions: [{ 'prediction value': 'love' }],
    });
    const many = await app.inject(sentences(Array.from({ length: 256 }, (_, number) => `text ${number}`)));
    expect(many.json().predictions).toHaveLength(256);
  });

  test('ignores fields it does not know', async () => {
    const response = await inject(post('{"sentence":"hello","lang":"en"}'));
    expect(response.statusCode).toBe(200);
  });

  test('a bad request does not touch its neighbours', async () => {
    const { app } = await createApp();
    const texts: unknown[] = ['I love you so much!', 5, 'I love you so much!', '', 'x'.repeat(10_001)];
    const responses = await Promise.all(texts.map((text) => app.inject(sentence(text))));
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 422, 200, 422, 422]);
    expect(responses[2]?.json()).toEqual(responses[0]?.json());
  });
});

describe('bad input is told what is wrong', () => {
  test.each([
    ['no sentence', post('{}'), 422, 'The field "sentence" is missing'],
    ['an array', post('[]'), 422, 'must be a JSON object'],
    ['null', post('null'), 422, 'must be a JSON object'],
    ['a number', sentence(5), 422, '"sentence" must be a string'],
    ['nothing', sentence(null), 422, '"sentence" must be a string'],
    ['an empty sentence', sentence(''), 422, '"sentence" is empty'],
    ['white space', sentence(' \n\t'), 422, '"sentence" is empty'],
    ['a long sentence', sentence('a'.repeat(10_001)), 422, 'longer than 10000 characters'],
    ['no body', { method: 'POST', url: '/predict' } satisfies InjectOptions, 422, 'must be a JSON object'],
    ['truncated JSON', post('{"sentence": "a'), 400, 'not valid JSON'],
    ['an empty JSON body', post(''), 400, 'empty'],
    ['a prototype', post('{"__proto__": {}, "sentence": "a"}'), 400, 'not valid JSON'],
    ['both kinds', post('{"sentence": "a", "sentences": ["b"]}'), 422, 'exclude each other'],
    ['a string for several', sentences('a'), 422, '"sentences" must be an array of 1 to 256 strings'],
    ['none of several', sentences([]), 422, '"sentences" must be an array of 1 to 256 strings'],
    ['too many', sentences(Array.from({ length: 257 }, () => 'a')), 422, '"sentences" must be an array of 1 to 256'],
    ['an empty one of several', sentences(['a', 'b', 'c', ' ']), 422, '"sentences"[3] is empty'],
    ['a number among several', sentences(['a', 5]), 422, '"sentences"[1] must be a string'],
    ['a long one of several', sentences(['a'.repeat(10_001)]), 422, '"sentences"[0] is longer than 10000 characters'],
    ['a large body', sentence('a'.repeat(70_000)), 413, 'larger than 65536 bytes'],
    ['a form', post('sentence=a', 'application/x-www-form-urlencoded'), 415, 'application/json'],
    ['plain text', post('a', 'text/plain'), 415, 'application/json'],
    [
      'a compressed body',
      { ...post('{"sentence": "a"}'), headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' } },
      415,
      'not with "Content-Encoding: gzip"',
    ],
    ['another method', { method: 'GET', url: '/predict?a=1' } satisfies InjectOptions, 405, 'use POST'],
    ['another path', { method: 'GET', url: '/nope' } satisfies InjectOptions, 404, '/nope'],
    ['a path that is no path', { method: 'GET', url: '/%E0%A4%A' } satisfies InjectOptions, 400, 'not a valid url'],
  ])('%s', async (_, request, status, message) => {
    const response = await inject(request);
    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual({
      statusCode: status,
      error: expect.any(String),
      message: expect.stringContaining(message),
      request_id: response.headers['x-request-id'],
    });
    expect(response.headers).toMatchObject({ 'x-instance-id': 'api-v1-2', 'x-api-version': 'v1' });
  });

  test('a wrong method says which ones are right', async () => {
    const response = await inject({ method: 'DELETE', url: '/predict' });
    expect(response.headers['allow']).toBe('POST');
  });

  test('what is not HTTP gets 400 in JSON and the same headers', async () => {
    const { app } = await createApp();
    const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(url.port), url.hostname);
    socket.end('NONSENSE\r\n\r\n');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => (answer += text));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('x-instance-id: api-v1-2');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ statusCode: 400 });
  });
});

test('a failure of ours is 500 without its inner workings', async () => {
  const { app } = await createApp({}, { classify: failing });
  const response = await app.inject(sentence('hello'));
  expect(response.statusCode).toBe(500);
  expect(response.body).not.toContain('secret');
});

const named = (id: string): InjectOptions => ({
  ...sentence(5),
  headers: { 'x-request-id': id, 'content-type': 'application/json' },
});

describe('request ids', () => {
  test('a harmless one is kept: in the header, in the error, in the log', async () => {
    const { app } = await createApp({ logLevel: 'info' });
    const log = vi.spyOn(app.log, 'info').mockImplementation(() => {});
    const response = await app.inject(named('Trace-1.2:3_4'));
    expect(response.headers['x-request-id']).toBe('Trace-1.2:3_4');
    expect(response.json().request_id).toBe('Trace-1.2:3_4');
    expect(log).toHaveBeenCalledWith(
      expect.objectContaining({ request_id: 'Trace-1.2:3_4', method: 'POST', url: '/predict', status: 422, texts: 0 }),
    );
  });

  test.each(['', 'a b', 'a\tb', 'é', 'x'.repeat(129), '{"a":1}'])('%j is replaced', async (id) => {
    const response = await inject(named(id));
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/);
  });

  test('what has no route has one too', async () => {
    const response = await inject({ url: '/%E0%A4%A', headers: { 'x-request-id': 'abc' } });
    expect(response.headers['x-request-id']).toBe('abc');
    expect(response.json().request_id).toBe('abc');
  });

  test('a failure of ours is logged under it', async () => {
    const { app } = await createApp({ logLevel: 'error' }, { classify: failing });
    const log = vi.spyOn(app.log, 'error').mockImplementation(() => {});
    await app.inject({ ...sentence('hello'), headers: { 'x-request-id': 'abc', 'content-type': 'application/json' } });
    expect(log).toHaveBeenCalledWith({ request_id: 'abc', err: new Error('secret detail') }, 'request failed');
  });
});

test('the log has a line for each request but the probes and metrics', async () => {
  const { app } = await createApp({ logLevel: 'info' });
  const log = vi.spyOn(app.log, 'info').mockImplementation(() => {});
  for (const url of ['/health', '/ready', '/metrics', '/v2/health/live', '/v2/health/ready']) await app.inject(url);
  expect(log).not.toHaveBeenCalled();
  await app.inject(sentences(['a', 'b']));
  await app.inject('/nope');
  await app.inject('/%E0%A4%A');
  await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(3));
  expect(log.mock.calls.map(([line]) => line)).toMatchObject([
    { url: '/predict', status: 200, texts: 2, ms: expect.any(Number) },
    { url: '/nope', status: 404 },
    { url: '/%E0%A4%A', status: 400 },
  ]);
});

describe('too much to do', () => {
  test('is 503 with Retry-After at once, counted, and over when there is room again', async () => {
    const { classify, answerAll, waiting } = slowModel();
    const { app } = await createApp({ maxPending: 3 }, { classify });
    const first = app.inject(sentences(['a', 'b']));
    void first.then(() => {});
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    for (const request of [sentences(['c', 'd']), infer(['c', 'd'])]) {
      const busy = await app.inject(request);
      expect(busy.statusCode).toBe(503);
      expect(busy.headers['retry-after']).toBe('1');
      expect(busy.body).toContain('Too many texts are pending');
    }
    expect((await app.inject('/ready')).statusCode).toBe(200);
    expect((await app.inject('/health')).statusCode).toBe(200);
    const metrics = (await app.inject('/metrics')).body;
    expect(metrics).toContain('fortress_rejected_requests_total{version="v1"} 2');
    expect(metrics).toContain('fortress_pending_texts{version="v1"} 2');
    const single = app.inject(sentence('fits'));
    void single.then(() => {});
    await vi.waitFor(() => expect(waiting).toHaveLength(3));
    expect((await app.inject(sentence('fits not'))).statusCode).toBe(503);
    answerAll();
    expect((await first).statusCode).toBe(200);
    expect((await single).statusCode).toBe(200);
    expect((await app.inject('/metrics')).body).toContain('fortress_pending_texts{version="v1"} 0');
  });

  test('a batch that is larger than the room is taken when it is alone', async () => {
    const { app } = await createApp({ maxPending: 1 });
    expect((await app.inject(sentences(['a', 'b', 'c']))).statusCode).toBe(200);
  });

  test('a failure gives its room back', async () => {
    const { app } = await createApp({ maxPending: 1 }, { classify: failing });
    for (const request of [sentence('a'), sentences(['a', 'b']), sentence('a')])
      expect((await app.inject(request)).statusCode).toBe(500);
    expect((await app.inject('/metrics')).body).toContain('fortress_pending_texts{version="v1"} 0');
  });
});

describe('probes', () => {
  test('alive and ready', async () => {
    const { app } = await createApp();
    expect((await app.inject('/health')).statusCode).toBe(200);
    expect((await app.inject('/ready')).statusCode).toBe(200);
  });

  test('while draining: alive, not ready, still answering, closing connections', async () => {
    const { app, state } = await createApp();
    state.draining = true;
    expect((await app.inject('/health')).statusCode).toBe(200);
    expect((await app.inject('/ready')).statusCode).toBe(503);
    const response = await app.inject(sentence('hello'));
    expect(response.statusCode).toBe(200);
    expect(response.headers['connection']).toBe('close');
  });
});

test('keeps idle connections longer than the gateway does', async () => {
  expect((await createApp()).app.server.keepAliveTimeout).toBeGreaterThan(60_000);
});
