import { expect, it } from 'vitest';
import { familiarReference } from '../../../src/images/reference.js';

it.each([
  ['nginx', 'nginx:latest'],
  ['nginx:1.30-alpine', 'nginx:1.30-alpine'],
  ['docker.io/library/nginx:1', 'nginx:1'],
  ['index.docker.io/prom/prometheus', 'prom/prometheus:latest'],
  ['localhost:5000/nginx', 'localhost:5000/nginx:latest'],
  ['nginx@sha256:00', 'nginx@sha256:00'],
])('%s is listed as %s', (reference, listed) => {
  expect(familiarReference(reference)).toBe(listed);
});
