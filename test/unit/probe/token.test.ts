import { expect, test } from 'vitest';
import { probeToken } from '../../../src/probe/token.js';

test('is the same for a project and another for each, and does not tell what it is made of', () => {
  const token = probeToken('the key of a project');
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  expect(probeToken('the key of a project')).toBe(token);
  expect(probeToken('the key of another')).not.toBe(token);
});
