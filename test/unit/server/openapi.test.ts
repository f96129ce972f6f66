import { Validator } from '@seriousme/openapi-schema-validator';
import type { InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createApp, type TestApp } from './create-app.js';

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const describeApp = async ({ app }: TestApp): Promise<Document> => (await app.inject('/openapi.json')).json();
const operationsOf = ({ paths }: Document): Operation[] => Object.values(paths).flatMap((path) => Object.values(path));

test.each([true, false])('is valid OpenAPI 3.1, debug %s', async (debugProbabilities) => {
  const document = await describeApp(await createApp({ debugProbabilities }));
  expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
  expect(document.openapi).toMatch(/^3\.1\./);
});

test('has every route that is not part of the page, and each just once', async () => {
  const created = await createApp();
  const document = await describeApp(created);
  const routes = created.app.printRoutes({ commonPrefix: false });
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/health',
    '/metrics',
    '/openapi.json',
    '/predict',
    '/ready',
    '/v2',
    '/v2/health/live',
    '/v2/health/ready',
    '/v2/models/{name}',
    '/v2/models/{name}/infer',
    '/v2/models/{name}/ready',
    '/v2/models/{name}/versions/{version}',
    '/v2/models/{name}/versions/{version}/infer',
    '/v2/models/{name}/versions/{version}/ready',
  ]);
  expect(routes).toContain('/docs');
  const operations = operationsOf(document);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  const tags = document.tags.map(({ name }) => name);
  for (const operation of operations) expect(tags).toEqual(expect.arrayContaining(operation.tags));
});

test('names the labels of the model, and probabilities only where they are answered', async () => {
  const created = await createApp();
  const plain = await describeApp(created);
  expect(plain.components.schemas['Prediction']).toMatchObject({
    properties: { 'prediction value': { enum: created.classifier.labels } },
  });
  expect(JSON.stringify(plain)).not.toContain('prediction_proba_dict');
  const debug = await describeApp(await createApp({ debugProbabilities: true }));
  expect(debug.components.schemas['Prediction']).toMatchObject({
    required: ['prediction value', 'prediction_proba_dict'],
  });
});

test('finds the server where the document lies', async () => {
  const { servers } = await describeApp(await createApp());
  expect(servers.map(({ url }) => new URL(url, 'https://gateway/below/openapi.json').href)).toEqual([
    'https://gateway/below/',
  ]);
});

/** The schema of one answer with the shared ones beside it. */
function answerSchema(document: Document, path: string, method: string, status: number): z.ZodType {
  const content = document.paths[path]?.[method]?.responses[status]?.content ?? {};
  const schema = Object.values(content)[0]?.schema;
  if (schema === undefined) throw new Error(`${method} ${path} does not describe ${status}`);
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
}

const post = (url: string, payload: string, type = 'application/json'): InjectOptions => ({
  method: 'POST',
  url,
  payload,
  headers: { 'content-type': type },
});

describe('answers are as described', () => {
  const predict = (body: unknown) => post('/predict', JSON.stringify(body));
  const infer = '/v2/models/model/infer';
  const tensor = { inputs: [{ name: 'text', datatype: 'BYTES', shape: [1], data: ['so tired'] }] };
  const inferPath = '/v2/models/{name}/infer';

  test.each<[path: string, status: number, request: InjectOptions | string]>([
    ['/health', 200, '/health'],
    ['/ready', 200, '/ready'],
    ['/openapi.json', 200, '/openapi.json'],
    ['/predict', 200, predict({ sentence: 'hello' })],
    ['/predict', 200, predict({ sentences: ['hello', 'you'] })],
    ['/predict', 400, post('/predict', '{')],
    ['/predict', 413, predict({ sentence: 'a'.repeat(70_000) })],
    ['/predict', 415, post('/predict', 'a', 'text/plain')],
    ['/predict', 422, predict({})],
    ['/v2', 200, '/v2'],
    ['/v2/health/live', 200, '/v2/health/live'],
    ['/v2/health/ready', 200, '/v2/health/ready'],
    ['/v2/models/{name}', 200, '/v2/models/model'],
    ['/v2/models/{name}', 404, '/v2/models/other'],
    ['/v2/models/{name}/versions/{version}/ready', 200, '/v2/models/model/versions/v1/ready'],
    ['/v2/models/{name}/versions/{version}/ready', 404, '/v2/models/model/versions/v7/ready'],
    [inferPath, 200, post(infer, JSON.stringify(tensor))],
    [inferPath, 400, post(infer, '{')],
    [inferPath, 400, post(infer, '{}')],
    [inferPath, 404, post('/v2/models/other/infer', JSON.stringify(tensor))],
    [inferPath, 413, post(infer, 'a'.repeat(70_000))],
    [inferPath, 415, post(infer, 'a', 'text/plain')],
  ])('%s %i', async (path, status, request) => {
    const created = await createApp({ debugProbabilities: true });
    const response = await created.app.inject(request);
    expect(response.statusCode).toBe(status);
    const method = typeof request === 'string' ? 'get' : 'post';
    answerSchema(await describeApp(created), path, method, status).parse(response.json());
  });

  test('the ones of a server that is shutting down or has too much to do', async () => {
    const created = await createApp({ maxPending: 1 }, { classify: () => new Promise(() => {}) });
    const document = await describeApp(created);
    void created.app.inject(predict({ sentence: 'waits' })).then(() => {});
    await created.app.inject('/health');
    created.state.draining = true;
    const cases: [path: string, request: InjectOptions | string][] = [
      ['/ready', '/ready'],
      ['/v2/health/ready', '/v2/health/ready'],
      ['/v2/models/{name}/ready', '/v2/models/model/ready'],
      ['/predict', predict({ sentence: 'too much' })],
      [inferPath, post(infer, JSON.stringify(tensor))],
    ];
    for (const [path, request] of cases) {
      const response = await created.app.inject(request);
      expect([path, response.statusCode]).toEqual([path, 503]);
      const method = typeof request === 'string' ? 'get' : 'post';
      answerSchema(document, path, method, 503).parse(response.json());
    }
  });
});
