import { describe, expect, test } from 'vitest';
import { explainChange, hashSpec, portIn, serializeSpec, specOf } from '../../../src/plan/spec.js';
import type { Service } from '../../../src/stack/stack.js';
import { example, serviceOf } from '../stack/example.js';

const gateway = serviceOf(example().stack, 'gateway');
const api = serviceOf(example().stack, 'api-v1');
const model = { path: 'model.onnx', content: { source: '/m.onnx' }, hash: 'one', secret: false };

const serialized = (service: Service, hash = 'one'): string => serializeSpec(specOf(service, [{ ...model, hash }]));

describe('what makes a new container', () => {
  test.each<[string, Partial<Service>, string]>([
    ['image', { image: { ...api.image, reference: 'example/api:2' } }, 'image example/api:1 → example/api:2'],
    ['memory', { memory: 1024 ** 3 }, 'memory 512 MiB → 1024 MiB'],
    ['an environment variable', { env: { ...api.env, BODY_LIMIT: '1' } }, 'BODY_LIMIT changed'],
    [
      'a variable less',
      { env: {} },
      'API_VERSION changed, DEBUG_PROBABILITIES changed, MODEL_PATH changed, MODEL_NAME changed, PORT changed, BODY_LIMIT changed',
    ],
    ['user', { user: '1:1' }, 'user changed'],
    ['ports', { ports: [{ bind: '127.0.0.1', host: 1, container: 2 }] }, 'ports  → 127.0.0.1:1->2'],
    ['stop', { stopTimeout: 99 }, 'stop changed'],
    ['limits', { pids: 1 }, 'pids changed'],
    ['processors', { cpus: 1.5 }, 'cpus all → 1.5'],
    ['two things', { pids: 1, memory: 256 * 1024 ** 2 }, 'memory 512 MiB → 256 MiB, pids changed'],
  ])('%s', (_, change, explanation) => {
    const after = specOf({ ...api, ...change }, [model]);
    expect(explainChange(serialized(api), after)).toBe(explanation);
    expect(hashSpec(serializeSpec(after))).not.toBe(hashSpec(serialized(api)));
  });

  test('processors that are not limited any more', () => {
    expect(explainChange(serialized({ ...api, cpus: 1.5 }), specOf(api, [model]))).toBe('cpus 1.5 → all');
  });

  test('a file whose content changed, by its name', () => {
    expect(explainChange(serialized(api), specOf(api, [{ ...model, hash: 'two' }]))).toBe('model.onnx changed');
  });
});

describe('what does not', () => {
  test('replicas, readiness and how the image was come by', () => {
    const other: Service = {
      ...api,
      replicas: 9,
      readiness: { ...api.readiness, timeout: 1 },
      image: { ...api.image, origin: 'elsewhere' },
    };
    expect(serialized(other)).toBe(serialized(api));
  });

  test('files of a service that takes them while it runs', () => {
    expect(serialized(gateway, 'two')).toBe(serialized(gateway, 'one'));
  });
});

test('where an API listens that was made from a text, if the text is one of a spec', () => {
  const env = { SAYS: '"PORT":"1"', ...api.env, PORT: '8001' };
  expect(portIn(serialized({ ...api, env }))).toBe(8001);
  expect(portIn(serialized(gateway))).toBeUndefined();
  expect(portIn('')).toBeUndefined();
});
