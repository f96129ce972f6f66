import type { InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { writeStrings } from '../../../../src/server/inference-protocol/binary.js';
import { createApp } from '../create-app.js';

const TEXTS = ['I love you so much!', 'so sad and lonely today :('];
const NAMED = { modelName: 'emotions', apiVersion: 'v2' };
const BASE = '/v2/models/emotions';

const tensor = (texts: string[]) => ({ name: 'text', datatype: 'BYTES', shape: [texts.length], data: texts });
const infer = (payload: object, headers: Record<string, string> = {}): InjectOptions => ({
  method: 'POST',
  url: `${BASE}/infer`,
  payload: JSON.stringify(payload),
  headers: { 'content-type': 'application/json', ...headers },
});

test('the server tells what it is and how it is', async () => {
  const { app, state } = await createApp();
  expect((await app.inject('/v2')).json()).toMatchObject({ name: 'fortress', extensions: ['binary_tensor_data'] });
  expect((await app.inject('/v2/health/live')).json()).toEqual({ live: true });
  expect((await app.inject('/v2/health/ready')).json()).toEqual({ ready: true });
  state.draining = true;
  expect((await app.inject('/v2/health/live')).statusCode).toBe(200);
  for (const url of ['/v2/health/ready', '/v2/models/model/ready']) {
    const response = await app.inject(url);
    expect([response.statusCode, response.json().ready]).toEqual([503, false]);
  }
});

test('the model tells its inputs and outputs, and the labels where there are probabilities', async () => {
  const { app, classifier } = await createApp({ ...NAMED, debugProbabilities: true });
  for (const url of [BASE, `${BASE}/versions/v2`]) {
    expect((await app.inject(url)).json()).toEqual({
      name: 'emotions',
      versions: ['v2'],
      platform: 'onnxruntime_onnx',
      inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
      outputs: [
        { name: 'label', datatype: 'BYTES', shape: [-1] },
        {
          name: 'probabilities',
          datatype: 'FP32',
          shape: [-1, 13],
          parameters: { labels: JSON.stringify(classifier.labels) },
        },
      ],
    });
  }
  const { app: plain } = await createApp();
  expect((await plain.inject('/v2/models/model')).json().outputs).toEqual([
    { name: 'label', datatype: 'BYTES', shape: [-1] },
  ]);
});

describe('infer', () => {
  test('answers what /predict does, with the id of the request', async () => {
    const { app } = await createApp({ ...NAMED, debugProbabilities: true });
    const payload = { sentences: TEXTS };
    const { predictions } = (await app.inject({ method: 'POST', url: '/predict', payload })).json();
    const request = { id: 'mine', parameters: { any: 1 }, inputs: [tensor(TEXTS)] };
    for (const url of [`${BASE}/infer`, `${BASE}/versions/v2/infer`]) {
      const answer = (await app.inject({ ...infer(request), url })).json();
      expect(answer).toMatchObject({ model_name: 'emotions', model_version: 'v2', id: 'mine' });
      const [label, probabilities] = answer.outputs;
      expect(label.data).toEqual(['love', 'sadness']);
      expect(label.data).toEqual(predictions.map((one: Record<string, unknown>) => one['prediction value']));
      expect(probabilities.shape).toEqual([2, 13]);
      const expected = predictions.flatMap((one: Record<string, object>) =>
        Object.values(one['prediction_proba_dict'] ?? {}),
      );
      for (const [index, value] of probabilities.data.entries()) expect(value).toBeCloseTo(expected[index], 5);
    }
  });

  test('answers only the outputs that are asked for', async () => {
    const { app } = await createApp({ ...NAMED, debugProbabilities: true });
    const response = await app.inject(infer({ inputs: [tensor(TEXTS)], outputs: [{ name: 'label' }] }));
    expect(response.json().outputs).toHaveLength(1);
    expect(response.json()).not.toHaveProperty('id');
    // Some clients look for exactly this.
    expect(response.headers['content-type']).toBe('application/json');
  });

  test('takes what declares no type', async () => {
    const { app } = await createApp(NAMED);
    const payload = JSON.stringify({ inputs: [tensor(TEXTS)] });
    expect((await app.inject({ method: 'POST', url: `${BASE}/infer`, payload })).statusCode).toBe(200);
  });

  test('takes and gives binary tensors', async () => {
    const { app, classifier } = await createApp({ ...NAMED, debugProbabilities: true });
    const data = writeStrings(TEXTS);
    const { data: _, ...header } = tensor(TEXTS);
    const json = JSON.stringify({
      inputs: [{ ...header, parameters: { binary_data_size: data.length } }],
      outputs: [{ name: 'probabilities' }, { name: 'label', parameters: { binary_data: false } }],
      parameters: { binary_data_output: true },
    });
    const response = await app.inject({
      method: 'POST',
      url: `${BASE}/infer`,
      payload: Buffer.concat([Buffer.from(json), data]),
      headers: {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(Buffer.byteLength(json)),
      },
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/octet-stream');
    const length = Number(response.headers['inference-header-content-length']);
    const [probabilities, label] = JSON.parse(response.rawPayload.toString('utf8', 0, length)).outputs;
    expect(probabilities).toEqual({
      name: 'probabilities',
      datatype: 'FP32',
      shape: [2, 13],
      parameters: { binary_data_size: 104 },
    });
    expect(label.data).toEqual(['love', 'sadness']);
    const bytes = response.rawPayload.subarray(length);
    expect(bytes).toHaveLength(104);
    const expected = await classifier.classify('I love you so much!');
    for (const [index, value] of expected.entries()) expect(bytes.readFloatLE(index * 4)).toBeCloseTo(value, 5);
  });
});

test.each<[string, InjectOptions, number, string]>([
  ['another model', { url: '/v2/models/other' }, 404, 'only the model "emotions" here, version "v2"'],
  ['another version', { url: `${BASE}/versions/v1` }, 404, 'only the model "emotions"'],
  ['another version, asked to predict', { ...infer({}), url: `${BASE}/versions/v1/infer` }, 404, 'version "v2"'],
  ['another path', { url: '/v2/repository/index' }, 404, 'nothing at /v2/repository/index'],
  ['another method', { url: `${BASE}/infer` }, 405, 'use POST'],
  ['no inputs', infer({}), 400, "must have required property 'inputs'"],
  ['a list', infer([]), 400, 'The body must be object'],
  ['an input without data', infer({ inputs: [{ ...tensor(TEXTS), data: undefined }] }), 400, 'inputs/0 must have'],
  [
    'a shape in words',
    infer({ inputs: [{ ...tensor(TEXTS), shape: ['2'] }] }),
    400,
    'inputs/0/shape/0 must be integer',
  ],
  ['no JSON', { ...infer({}), payload: '{' }, 400, 'not valid JSON'],
  ['nothing at all', { ...infer({}), payload: '' }, 400, 'empty'],
  ['a prototype', { ...infer({}), payload: '{"__proto__": {}}' }, 400, 'not valid JSON'],
  ['a form', infer({}, { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'application/octet-stream'],
  ['a header length in words', infer({}, { 'inference-header-content-length': 'x' }), 400, 'must be a number of bytes'],
  [
    'a header that is too long',
    infer({}, { 'inference-header-content-length': '3' }),
    400,
    'at most those of the body (2)',
  ],
  ['bytes of nobody', infer({}, { 'inference-header-content-length': '1' }), 400, 'not valid JSON'],
  ['a large body', infer({ id: 'a'.repeat(70_000) }), 413, 'larger than 65536 bytes'],
])('%s is refused in the form of the protocol', async (_, request, status, message) => {
  const { app } = await createApp(NAMED);
  const response = await app.inject(request);
  expect(response.statusCode).toBe(status);
  expect(response.json()).toEqual({ error: expect.stringContaining(message) });
  expect(response.headers['content-type']).toBe('application/json');
  expect(response.headers['x-request-id']).toBeDefined();
});

test('a failure of ours tells nothing of its inner workings', async () => {
  const { app } = await createApp(NAMED, { classify: () => Promise.reject(new Error('secret detail')) });
  const response = await app.inject(infer({ inputs: [tensor(TEXTS)] }));
  expect(response.statusCode).toBe(500);
  expect(response.json()).toEqual({ error: 'The server could not answer this request; its log says why.' });
});
