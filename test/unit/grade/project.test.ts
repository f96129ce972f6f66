import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findProject } from '../../../src/grade/project.js';
import { withSubmission } from './submission.js';

const SERVICES = 'services: { a: { image: x } }';

it('finds the compose file at the top', async () => {
  await withSubmission(
    { 'compose.yaml': SERVICES, 'docker-compose.yml': 'x', 'a/b': '', '.git/c': '' },
    async (folder) => {
      const { root, top, composeFile, files } = await findProject(folder);
      expect({ root, top, composeFile, files }).toEqual({
        root: folder,
        top: folder,
        composeFile: 'compose.yaml',
        files: ['a/b', 'compose.yaml', 'docker-compose.yml'],
      });
    },
  );
});

it('finds it one folder down', async () => {
  await withSubmission(
    { 'exam/docker-compose.yml': SERVICES, '__MACOSX/docker-compose.yml': 'x', 'a.txt': '' },
    async (folder) => {
      expect(await findProject(folder)).toMatchObject({ root: join(folder, 'exam'), top: folder });
    },
  );
});

it.each([
  [{ 'a/b/docker-compose.yml': SERVICES }, /no compose file/],
  [{ 'a/compose.yml': SERVICES, 'b/compose.yml': SERVICES }, /several projects/],
  [{ 'compose.yml': 'services: [' }, /compose\.yml is not YAML/],
])('refuses %j', async (files: Record<string, string>, message) => {
  await withSubmission(files, async (folder) => {
    await expect(findProject(folder)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message) as string,
    });
  });
});
