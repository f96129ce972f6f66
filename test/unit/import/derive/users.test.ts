import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashPassword } from '../../../../src/credentials/htpasswd.js';
import { importOf, leftIn, PROJECT } from '../project.js';

const sha = (text: string): string => createHash('sha1').update(text).digest('base64');
const ssha = (text: string): string => {
  const salt = Buffer.from('salt');
  return Buffer.concat([createHash('sha1').update(text).update(salt).digest(), salt]).toString('base64');
};

const withUsers = (lines: string, files: Record<string, string> = {}, nginx = ''): ReturnType<typeof importOf> =>
  importOf({
    ...PROJECT,
    'deployments/nginx/.htpasswd': lines,
    ...(nginx === '' ? {} : { 'deployments/nginx/nginx.conf': nginx }),
    ...files,
  });

test.each([
  hashPassword('admin', 'apr1'),
  hashPassword('admin', 'sha512-crypt'),
  `{SHA}${sha('admin')}`,
  `{SSHA}${ssha('admin')}`,
  '{PLAIN}admin',
])("the exam's user is known by %s", (hash) => {
  const { config } = withUsers(`admin:${hash}\n`);
  expect([config.preset, config.gateway?.users]).toEqual(['exam', undefined]);
});

test.each(['$2y$05$abcdefghijklmnopqrstuuS0pZ1Z0bq0n3nZ2l1Jb0m2WnVtHq3dK', 'plain', '$5$rounds=999999999$a$b', ''])(
  'a hash that says nothing (%s) gives a new password, and that is told',
  (hash) => {
    const imported = withUsers(`admin:${hash}\n`);
    expect([imported.config.preset, imported.config.gateway?.users]).toEqual([undefined, ['admin']]);
    expect(leftIn(imported)).toContain('the password of admin');
  },
);

test('a password that the README tells is carried over with the exam, and nowhere else', () => {
  const readme = { 'README.md': 'curl -u ana:s3cret-word https://localhost' };
  const lines = `ana:${hashPassword('s3cret-word', 'apr1')}\nbob:${hashPassword('unknown', 'apr1')}\n`;
  expect(withUsers(lines, readme).config.gateway?.users).toEqual([{ name: 'ana', password: 's3cret-word' }, 'bob']);
  const other = `${PROJECT['deployments/nginx/nginx.conf']}`.replace('$http_x_experiment_group', '$http_x_arm');
  expect(withUsers(lines, readme, other).config.gateway?.users).toEqual(['ana', 'bob']);
});

test('without the file, the script of the course says who the user is', () => {
  const { 'deployments/nginx/.htpasswd': _, ...files } = PROJECT;
  expect(importOf(files).config.preset).toBeUndefined();
  expect(importOf({ ...files, 'tests/run_tests.sh': 'curl -u admin:admin x' }).config.preset).toBe('exam');
});

test('however many hashes there are, guesses end soon', () => {
  const hash = `$5$rounds=50000$salt$${'a'.repeat(43)}`;
  const start = performance.now();
  const { config } = withUsers(Array.from({ length: 100 }, (_, index) => `user${index}:${hash}`).join('\n'));
  expect(config.gateway?.users).toHaveLength(100);
  expect(performance.now() - start).toBeLessThan(20_000);
}, 30_000);

test('a hash that is not looked at costs the others nothing', () => {
  const { config } = withUsers(`bob:$5$rounds=999999999$a$b\nadmin:${hashPassword('admin', 'apr1')}\n`);
  expect(config.gateway?.users).toEqual(['bob', { name: 'admin', password: 'admin' }]);
});
