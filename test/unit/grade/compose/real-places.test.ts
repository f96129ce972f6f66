import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseCompose } from '../../../../src/grade/compose/document.js';
import { realPlacesOf } from '../../../../src/grade/compose/real-places.js';
import { withSubmission } from '../submission.js';

/** Where a path that a container mounts leads, below the submission. */
const placeOf = (path: string): Promise<{ place: string; hazards: string[] }> =>
  withSubmission({ 'data/s': '', 'outside/x': '' }, async (folder) => {
    const root = join(folder, 'data');
    await symlink('s', join(root, 'link'));
    await symlink('..', join(root, 'up'));
    await symlink('nowhere', join(root, 'dangling'));
    await mkdir(join(root, 'inner'));
    await symlink('../inner', join(root, 'inner/alias'));
    const compose = parseCompose(
      JSON.stringify({ services: { a: { volumes: [{ type: 'bind', source: join(root, path), target: '/x' }] } } }),
      'compose.yaml',
    );
    const { realPath, hazards } = await realPlacesOf(compose, root);
    return { place: realPath(join(root, path)).slice(root.length + 1), hazards: hazards.map(({ where }) => where) };
  });

it.each([
  ['s', 's'],
  ['link', 's'],
  ['inner/alias/alias', 'inner'],
  ['inner/alias/not/yet', 'inner/not/yet'],
])('follows %s', async (path, place) => {
  expect(await placeOf(path)).toEqual({ place, hazards: [] });
});

it.each(['up', 'up/outside/x', 'dangling', 'dangling/below'])('refuses %s', async (path) => {
  expect((await placeOf(path)).hazards).toEqual(['services.a.volumes']);
});

it('looks at the files of configs and secrets too', async () => {
  await withSubmission({ s: '' }, async (root) => {
    await symlink('/etc/hostname', join(root, 'out'));
    const compose = parseCompose(
      'services: { a: { image: x } }\nsecrets: { s: { file: ./s } }\nconfigs: { c: { file: ./out }, d: { content: x } }',
      'compose.yaml',
    );
    const { realPath, hazards } = await realPlacesOf(compose, root);
    expect(realPath('./s')).toBe(join(root, 's'));
    expect(hazards.map(({ where }) => where)).toEqual(['configs.c.file']);
  });
});
