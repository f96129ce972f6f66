import { expect, it } from 'vitest';
import { findComposeTool } from '../../../../src/grade/live/compose-tool.js';
import { failure, fakeTool, OK } from './fake-tool.js';

it('prefers the plug-in', async () => {
  const { run } = fakeTool({ version: { ...OK, stdout: '2.26.1-4\n' } });
  const tool = await findComposeTool(run);
  expect(tool).toMatchObject({ command: ['docker', 'compose'], version: '2.26.1' });
  expect(tool?.defaultImage('p', 's')).toBe('p-s');
});

it('takes the program of its own, and knows how the old one calls images', async () => {
  const { run } = fakeTool({ docker: failure('unknown command'), 'docker-compose': { ...OK, stdout: '1.29.2\n' } });
  const tool = await findComposeTool(run);
  expect(tool).toMatchObject({ command: ['docker-compose'], version: '1.29.2' });
  expect(tool?.defaultImage('p', 's')).toBe('p_s');
});

it('says when there is none', async () => {
  const { run } = fakeTool({ docker: failure(''), 'docker-compose': failure('') });
  expect(await findComposeTool(run)).toBeNull();
});
