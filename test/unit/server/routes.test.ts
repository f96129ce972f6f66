import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { collectRoutes } from '../../../src/server/routes.js';

test('knows the methods of a path, also where parts of it are free', () => {
  const app = Fastify();
  const methodsAt = collectRoutes(app);
  app.post('/predict', () => '');
  app.get('/models/:name', () => '');
  app.post('/models/:name/infer', () => '');
  app.get('/a.b', () => '');
  expect(methodsAt('/predict')).toEqual(['POST']);
  expect(methodsAt('/models/any')).toEqual(['GET', 'HEAD']);
  expect(methodsAt('/models/any/infer')).toEqual(['POST']);
  expect(methodsAt('/models/any/other')).toEqual([]);
  expect(methodsAt('/models/')).toEqual([]);
  expect(methodsAt('/acb')).toEqual([]);
});
