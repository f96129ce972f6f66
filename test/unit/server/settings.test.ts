import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { readSettings } from '../../../src/server/settings.js';

test('has a default for everything', () => {
  expect(readSettings({})).toEqual({
    modelPath: '/etc/fortress/current/model.onnx',
    host: '0.0.0.0',
    port: 8000,
    apiVersion: 'v1',
    debugProbabilities: false,
    instanceId: hostname(),
    modelName: 'model',
    maxPending: 512,
    bodyLimit: 65_536,
    logLevel: 'info',
  });
});

test('takes what the environment says; an empty variable counts as not set', () => {
  const env = {
    MODEL_PATH: '/m.onnx',
    PORT: '9',
    API_VERSION: 'v2',
    DEBUG_PROBABILITIES: 'true',
    INSTANCE_ID: 'a-1',
    MODEL_NAME: 'emotions',
    MAX_PENDING: '7',
    HOST: '',
  };
  expect(readSettings(env)).toMatchObject({
    modelPath: '/m.onnx',
    port: 9,
    apiVersion: 'v2',
    debugProbabilities: true,
    instanceId: 'a-1',
    modelName: 'emotions',
    maxPending: 7,
    host: '0.0.0.0',
  });
});

test.each([
  { PORT: 'http' },
  { PORT: '65536' },
  { PORT: '-1' },
  { BODY_LIMIT: '0' },
  { MAX_PENDING: '0' },
  { MODEL_NAME: 'a/b' },
  { BODY_LIMIT: '1e3' },
  { DEBUG_PROBABILITIES: 'yes' },
  { LOG_LEVEL: 'loud' },
  { INSTANCE_ID: 'a\r\nb' },
])('refuses %o, naming variable and value', (env) => {
  const [name, value] = Object.entries(env)[0] ?? [];
  expect(() => readSettings(env)).toThrow(`${name}=${value}`);
});
