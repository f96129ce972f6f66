import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../../src/server/app.js';
import { type Classifier, loadClassifier } from '../../../src/server/classifier.js';
import { createRegistry, watchRuns } from '../../../src/server/metrics.js';
import { readSettings } from '../../../src/server/settings.js';
import { writeDocsFolder } from './docs-folder.js';

const docsFolder = mkdtempSync(join(tmpdir(), 'fortress-docs-'));
let classifier: Classifier;
beforeAll(async () => {
  writeDocsFolder(docsFolder);
  classifier = await loadClassifier('model/model.onnx');
});
afterAll(() => rmSync(docsFolder, { recursive: true }));

function createApp(env: Record<string, string> = {}, other: Partial<Classifier> = {}): FastifyInstance {
  const settings = readSettings({ INSTANCE_ID: 'api-v1-2', LOG_LEVEL: 'silent', ...env });
  const app = buildApp({
    settings,
    classifier: { ...classifier, ...other },
    state: { draining: false },
    register: createRegistry(settings),
    docsFolder,
  });
  onTestFinished(() => app.close());
  return app;
}

const predict = (body: unknown, headers: Record<string, string> = {}): InjectOptions => ({
  method: 'POST',
  url: '/predict',
  headers: { 'content-type': 'application/json', ...headers },
  payload: JSON.stringify(body),
});
const infer = (body: unknown, path = '/v2/models/model/infer'): InjectOptions => ({ ...predict(body), url: path });
const text = (data: unknown[]) => ({ inputs: [{ name: 'text', datatype: 'BYTES', shape: [data.length], data }] });

describe('several sentences at once', () => {
  const sentences = ['I love you so much!', 'so sad and lonely today :(', 'I love you so much!'];

  test('are answered in order, as each would be alone', async () => {
    const app = createApp({ DEBUG_PROBABILITIES: 'true' });
    const alone = await Promise.all(sentences.map((sentence) => app.inject(predict({ sentence }))));
    const together = await app.inject(predict({ sentences }));
    expect(together.json()).toEqual({ predictions: alone.map((response) => response.json()) });
  });

  test.each([
    ['an empty list', { sentences: [] }, 'sentences'],
    ['a bad item', { sentences: ['fine', 'fine', ' '] }, 'sentences"[2] is empty'],
    ['an item of another type', { sentences: ['fine', 5] }, 'sentences"[1]'],
    ['too many', { sentences: Array.from({ length: 257 }, () => 'a') }, '256'],
    ['both forms', { sentence: 'a', sentences: ['a'] }, 'exclude each other'],
  ])('%s is refused', async (_, body, message) => {
    const response = await createApp().inject(predict(body));
    expect(response.statusCode).toBe(422);
    expect(response.json().message).toContain(message);
  });
});

describe('X-Request-Id', () => {
  test('is passed through when it is harmless', async () => {
    const response = await createApp().inject(predict({ sentence: 'hi' }, { 'x-request-id': 'abc.1:2_3-4' }));
    expect(response.headers['x-request-id']).toBe('abc.1:2_3-4');
  });

  test.each(['', 'a b', 'x'.repeat(129), '<script>'])('"%s" is replaced', async (id) => {
    const response = await createApp().inject(predict({ sentence: 'hi' }, { 'x-request-id': id }));
    expect(response.headers['x-request-id']).toMatch(/^[\w.:-]{1,128}$/);
    expect(response.headers['x-request-id']).not.toBe(id);
  });
});

test('what is beyond the room for pending texts is told to come back, and counted', async () => {
  let release: (() => void) | undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const app = createApp(
    { MAX_PENDING: '2' },
    {
      classify: async (sentence) => {
        await gate;
        return classifier.classify(sentence);
      },
    },
  );
  await app.ready();
  const answers = [1, 2, 3].map(() => app.inject(predict({ sentence: 'hi' })));
  const refused = await Promise.race(answers);
  expect(refused.statusCode).toBe(503);
  expect(refused.headers['retry-after']).toBe('1');
  expect((await app.inject('/ready')).statusCode).toBe(200);
  expect((await app.inject('/metrics')).body).toMatch(/^fortress_rejected_requests_total\{[^}]*\} 1$/m);
  release?.();
  const statuses = (await Promise.all(answers)).map(({ statusCode }) => statusCode);
  expect(statuses.toSorted()).toEqual([200, 200, 503]);
  expect((await app.inject(predict({ sentences: ['a', 'b', 'c'] }))).statusCode).toBe(200);
});

describe('metrics', () => {
  test('count answers by route and status, predictions by label, and name the model', async () => {
    const app = createApp({ API_VERSION: 'v2', MODEL_NAME: 'tweets' });
    await app.inject(predict({ sentence: 'I love you so much!' }));
    await app.inject(predict({}));
    await app.inject('/nowhere');
    await app.inject('/elsewhere');
    const { body } = await app.inject('/metrics');
    const count = (labels: string[]): string | undefined =>
      body
        .split('\n')
        .find(
          (line) =>
            line.startsWith('fortress_http_request_duration_seconds_count') &&
            labels.every((label) => line.includes(label)),
        )
        ?.split(' ')
        .at(-1);
    expect(count(['route="/predict"', 'status="200"', 'version="v2"'])).toBe('1');
    expect(count(['route="/predict"', 'status="422"'])).toBe('1');
    expect(count(['route="none"', 'status="404"'])).toBe('2');
    expect(body).toMatch(/^fortress_predictions_total\{label="love",version="v2"\} 1$/m);
    expect(body).toContain(`sha256="${classifier.model.sha256}"`);
    expect(body).not.toContain('nowhere');
  });

  test('time the runs of the model', async () => {
    const register = createRegistry({ apiVersion: 'v1' });
    watchRuns(register)(3, 0.002);
    const body = await register.metrics();
    expect(body).toMatch(/^fortress_inference_batch_size_sum\{version="v1"\} 3$/m);
    expect(body).toMatch(/^fortress_inference_duration_seconds_bucket\{le="0.0025",version="v1"\} 1$/m);
  });
});

test('the description is valid OpenAPI 3.1 and knows every route', async () => {
  const document = (await createApp().inject('/openapi.json')).json();
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/predict', '/health', '/ready', '/metrics', '/v2/models/{name}/infer']),
  );
});

test('the docs page comes from this server, compressed for whoever understands it', async () => {
  const app = createApp();
  expect((await app.inject('/docs')).body).toBe('index.html');
  const script = { url: '/docs/swagger-ui.js' };
  expect((await app.inject(script)).body).toBe('swagger-ui.js.gz');
  const compressed = await app.inject({ ...script, headers: { 'accept-encoding': 'gzip' } });
  expect(compressed.headers['content-encoding']).toBe('gzip');
});

describe('the Open Inference Protocol', () => {
  test('tells what the model takes and gives', async () => {
    const app = createApp({ MODEL_NAME: 'tweets', API_VERSION: 'v2', DEBUG_PROBABILITIES: 'true' });
    expect((await app.inject('/v2/models/tweets/versions/v2')).json()).toMatchObject({
      name: 'tweets',
      versions: ['v2'],
      inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
      outputs: [{ name: 'label' }, { name: 'probabilities', shape: [-1, classifier.labels.length] }],
    });
    expect((await app.inject('/v2/health/ready')).statusCode).toBe(200);
    expect((await app.inject('/v2/models/tweets/ready')).statusCode).toBe(200);
    expect((await app.inject('/v2/models/others')).statusCode).toBe(404);
    expect((await app.inject('/v2/models/tweets/versions/v9/ready')).statusCode).toBe(404);
  });

  test('predicts what /predict predicts', async () => {
    const app = createApp({ DEBUG_PROBABILITIES: 'true' });
    const sentences = ['I love you so much!', 'so sad and lonely today :('];
    const { predictions } = (await app.inject(predict({ sentences }))).json();
    const { id, outputs } = (await app.inject(infer({ id: '7', ...text(sentences) }))).json();
    expect(id).toBe('7');
    expect(outputs[0]).toMatchObject({
      name: 'label',
      shape: [2],
      data: predictions.map((one: Record<string, unknown>) => one['prediction value']),
    });
    expect(outputs[1]).toMatchObject({ name: 'probabilities', shape: [2, classifier.labels.length] });
    expect(outputs[1].data[0]).toBeCloseTo(predictions[0].prediction_proba_dict[classifier.labels[0] ?? ''], 5);
  });

  test.each([
    ['another input', { inputs: [{ name: 'words', datatype: 'BYTES', shape: [1], data: ['a'] }] }],
    ['another type', { inputs: [{ name: 'text', datatype: 'FP32', shape: [1], data: [1] }] }],
    ['a shape that does not fit', { inputs: [{ name: 'text', datatype: 'BYTES', shape: [2], data: ['a'] }] }],
    ['another output', { ...text(['a']), outputs: [{ name: 'colour' }] }],
    ['numbers', text([1])],
    ['nothing', {}],
  ])('%s is refused', async (_, body) => {
    const response = await createApp().inject(infer(body));
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({ error: expect.any(String) });
  });
});

test('whatever is sent, nothing breaks', async () => {
  const app = createApp();
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((json) => json.slice(0, -1)),
    fc.anything().map((value) => JSON.stringify({ sentence: value, sentences: value })),
    fc.anything().map((value) => JSON.stringify({ inputs: [value], outputs: value })),
    fc.anything().map((value) => JSON.stringify(text([value]))),
    fc.nat(2000).map((depth) => '['.repeat(depth)),
  );
  const request = fc.record({
    method: fc.constantFrom<('GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS')[]>(
      'GET',
      'POST',
      'POST',
      'PUT',
      'DELETE',
      'OPTIONS',
    ),
    url: fc.constantFrom('/predict', '/v2/models/model/infer', '/v2/%00', '/%E0%A4%A', '/docs/..', '/metrics/x', '//'),
    type: fc.constantFrom('application/json', 'text/plain', 'application/octet-stream', 'multipart/form-data', ''),
    body,
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ method, url, type, body: payload }) => {
      const headers = type === '' ? {} : { 'content-type': type };
      const response = await app.inject({ method, url, headers, ...(method === 'GET' ? {} : { payload }) });
      expect(response.statusCode).toBeLessThan(500);
    }),
    { numRuns: 1000 },
  );
  const response = await app.inject(predict({ sentence: 'I love you so much!' }));
  expect(response.json()).toEqual({ 'prediction value': 'love' });
});
