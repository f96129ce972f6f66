import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readText } from '../../../src/grade/files.js';
import { withSubmission } from './submission.js';

it('reads files, also behind links that stay inside', async () => {
  await withSubmission({ 'sub/a': 'text', 'sub/b': '' }, async (folder) => {
    await symlink('sub/a', join(folder, 'link'));
    await symlink('sub', join(folder, 'folder'));
    expect(await readText(folder, 'sub/a')).toBe('text');
    expect(await readText(folder, 'link')).toBe('text');
    expect(await readText(folder, 'folder/a')).toBe('text');
    expect(await readText(folder, 'sub/b')).toBe('');
  });
});

it('follows no link out, and opens nothing but files', async () => {
  await withSubmission({ secret: 'secret', 'root/a': 'text' }, async (folder) => {
    const root = join(folder, 'root');
    await symlink('../secret', join(root, 'out'));
    await symlink('..', join(root, 'up'));
    await mkdir(join(root, 'folder'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')]);
    const names = ['out', 'up/secret', '../secret', 'folder', 'pipe', 'nowhere'];
    expect(await Promise.all(names.map((name) => readText(root, name)))).toEqual(names.map(() => null));
  });
});

it('takes nothing that is too long', async () => {
  await withSubmission({ long: 'x'.repeat(2 * 1024 ** 2 + 1) }, async (folder) => {
    expect(await readText(folder, 'long')).toBeNull();
  });
});
