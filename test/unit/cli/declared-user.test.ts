import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lineOfUser, placeOfUser } from '../../../src/cli/declared-user.js';

const TEXT = `export default defineConfig({
  project: 'ana',
  gateway: {
    users: [
      'bob',
      { name: "ana", password: '…' },
    ],
  },
});
`;

test('a user is looked for where users are listed, in any quotes', () => {
  expect(lineOfUser(TEXT, 'bob')).toBe(5);
  expect(lineOfUser(TEXT, 'ana')).toBe(6);
  expect(lineOfUser('{ "gateway": {\n"users": [`ana`] } }', 'ana')).toBe(2);
});

test('a user who is not spelt out has no line', () => {
  expect(lineOfUser(TEXT, 'eve')).toBeNull();
  expect(lineOfUser("export default { project: 'admin' };", 'admin')).toBeNull();
});

test('the place is shown from the working folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fortress-declared-'));
  try {
    writeFileSync(join(folder, 'fortress.config.ts'), TEXT);
    expect(await placeOfUser(folder, 'ana')).toMatch(/fortress\.config\.ts:6$/);
    expect(await placeOfUser(folder, 'eve')).toMatch(/^gateway\.users of .*fortress\.config\.ts \(a default/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
