import { expect, it } from 'vitest';
import { engineMessage, withTag } from '../../../../src/engine/docker/images.js';

it('adds a tag only where there is neither tag nor digest', () => {
  expect(withTag('nginx')).toBe('nginx:latest');
  expect(withTag('registry.example:5000/team/nginx')).toBe('registry.example:5000/team/nginx:latest');
  expect(withTag('nginx:1.30.6-alpine')).toBe('nginx:1.30.6-alpine');
  expect(withTag('nginx@sha256:abc')).toBe('nginx@sha256:abc');
});

it("leaves the engine's own sentence", () => {
  expect(engineMessage(new Error('(HTTP code 500) server error - Get "https://x/v2/": dial tcp: lookup x '))).toBe(
    'Get "https://x/v2/": dial tcp: lookup x',
  );
  expect(engineMessage(new Error('unexpected EOF'))).toBe('unexpected EOF');
});
