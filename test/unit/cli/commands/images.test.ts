import { expect, it } from 'vitest';
import { run } from '../../../../src/cli/commands/images.js';

const { signal } = new AbortController();

it.each([
  [['store'], {}, 'fortress images has no "store"'],
  [['save'], {}, 'fortress images save: which file? Give a name, or "-"'],
  [['load'], {}, 'fortress images load: which file? Give a name, or "-"'],
  [['list', 'b.tar'], {}, 'fortress images list takes no file: found "b.tar"'],
  [['build', 'b.tar'], {}, 'fortress images build takes no file: found "b.tar"'],
  [['load', 'b.tar'], { force: true }, '--force does not belong to fortress images load'],
  [[], { force: true }, '--force does not belong to fortress images list'],
])('refuses %j with %j before it looks at a project', async (args, options, message) => {
  await expect(run({ args, options: { config: '/nowhere', ...options }, signal })).rejects.toMatchObject({
    message,
    exitCode: 2,
  });
});

it.each([
  ['/nowhere/b.tar', 'there is no file /nowhere/b.tar'],
  ['/tmp', '/tmp is not a file'],
])('refuses to load %s', async (file, message) => {
  await expect(run({ args: ['load', file], options: {}, signal })).rejects.toMatchObject({ message, exitCode: 2 });
});
