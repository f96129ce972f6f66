import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../../src/server/app.js';
import { type Classifier, loadClassifier } from '../../../src/server/classifier.js';
import { createRegistry } from '../../../src/server/metrics.js';
import { type ServerSettings, readSettings } from '../../../src/server/settings.js';
import { writeDocsFolder } from './docs-folder.js';

let classifier: Classifier;
beforeAll(async () => {
  classifier = await loadClassifier('model/model.onnx');
});

/** The build makes the page; these stand for its files. */
const docsFolder = mkdtempSync(join(tmpdir(), 'fortress-docs-'));
writeDocsFolder(docsFolder);
afterAll(() => rmSync(docsFolder, { recursive: true }));

const SETTINGS = readSettings({ INSTANCE_ID: 'api-v1-2', LOG_LEVEL: 'silent' });

function createApp(changes: Partial<ServerSettings> = {}, other: Partial<Classifier> = {}) {
  const state = { draining: false };
  const settings = { ...SETTINGS, ...changes };
  const register = createRegistry(settings);
  const app = buildApp({ settings, classifier: { ...classifier, ...other }, state, register, docsFolder });
  onTestFinished(() => app.close());
  return { app, state };
}

const post = (payload: string, type = 'application/json'): InjectOptions => ({
  method: 'POST',
  url: '/predict',
  headers: { 'content-type': type },
  payload,
});
const sentence = (text: unknown): InjectOptions => post(JSON.stringify({ sentence: text }));

describe('POST /predict', () => {
  test('answers the contract of v1', async () => {
    const response = await createApp().app.inject(sentence('I love you so much!'));
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ 'prediction value': 'love' });
  });

  test('adds the probabilities where the settings say so', async () => {
    const { app } = createApp({ debugProbabilities: true, apiVersion: 'v2' });
    const response = await app.inject(sentence('so sad and lonely today :('));
    const { 'prediction value': value, prediction_proba_dict: probabilities } = response.json();
    const entries = Object.entries<number>(probabilities);
    expect(entries.map(([label]) => label)).toEqual(classifier.labels);
    expect(entries.reduce((sum, [, probability]) => sum + probability, 0)).toBeCloseTo(1, 4);
    expect(probabilities[value]).toBe(Math.max(...entries.map(([, probability]) => probability)));
    expect(response.headers['x-api-version']).toBe('v2');
  });

  test('ignores fields it does not know', async () => {
    const response = await createApp().app.inject(post('{"sentence":"hello","lang":"en"}'));
    expect(response.statusCode).toBe(200);
  });

  test('a bad request does not touch its neighbours', async () => {
    const { app } = createApp();
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
    ['a large body', sentence('a'.repeat(70_000)), 413, 'larger than 65536 bytes'],
    ['a form', post('sentence=a', 'application/x-www-form-urlencoded'), 415, 'application/json'],
    ['plain text', post('a', 'text/plain'), 415, 'application/json'],
    ['another method', { method: 'GET', url: '/predict?a=1' } satisfies InjectOptions, 405, 'use POST'],
    ['another path', { method: 'GET', url: '/nope' } satisfies InjectOptions, 404, '/nope'],
    ['a path that is no path', { method: 'GET', url: '/%E0%A4%A' } satisfies InjectOptions, 400, 'not a valid url'],
  ])('%s', async (_, request, status, message) => {
    const response = await createApp().app.inject(request);
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
    const response = await createApp().app.inject({ method: 'DELETE', url: '/predict' });
    expect(response.headers['allow']).toBe('POST');
  });

  test('what is not HTTP gets 400 in JSON and the same headers', async () => {
    const { app } = createApp();
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
  const broken = { classify: (): Promise<never> => Promise.reject(new Error('secret detail')) };
  const response = await createApp({}, broken).app.inject(sentence('hello'));
  expect(response.statusCode).toBe(500);
  expect(response.body).not.toContain('secret');
});

describe('probes', () => {
  test('alive and ready', async () => {
    const { app } = createApp();
    expect((await app.inject('/health')).statusCode).toBe(200);
    expect((await app.inject('/ready')).statusCode).toBe(200);
  });

  test('while draining: alive, not ready, still answering, closing connections', async () => {
    const { app, state } = createApp();
    state.draining = true;
    expect((await app.inject('/health')).statusCode).toBe(200);
    expect((await app.inject('/ready')).statusCode).toBe(503);
    const response = await app.inject(sentence('hello'));
    expect(response.statusCode).toBe(200);
    expect(response.headers['connection']).toBe('close');
  });
});

test('keeps idle connections longer than the gateway does', () => {
  expect(createApp().app.server.keepAliveTimeout).toBeGreaterThan(60_000);
});
