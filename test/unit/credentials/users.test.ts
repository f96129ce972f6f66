import { describe, expect, it } from 'vitest';
import type { FortressConfig } from '../../../src/config/types.js';
import { verifyPassword } from '../../../src/credentials/htpasswd.js';
import { formatPasswordStore, parsePasswordStore, type PasswordStore } from '../../../src/credentials/passwords.js';
import { addUser, changePassword, knownUsers, removeUser } from '../../../src/credentials/users.js';
import { makeConfig } from './fixture.js';

const INPUT: FortressConfig = { gateway: { users: ['admin', { name: 'ops', password: 'of the configuration' }] } };
const config = makeConfig(INPUT);
const EMPTY: PasswordStore = { users: { admin: 'random' } };
const refusal = { code: 'USAGE', exitCode: 2 };
const hashOf = ({ added = {} }: PasswordStore, name: string): string => added[name] ?? '';

describe('users', () => {
  const withBob = addUser(config, EMPTY, 'bob', 'secret');

  it('are those of the configuration, then those who were added, with where their passwords are', () => {
    expect(knownUsers(config, addUser(config, withBob, 'ana', 'x'))).toEqual([
      { name: 'admin', origin: 'configuration', password: 'stored' },
      { name: 'ops', origin: 'configuration', password: 'configuration' },
      { name: 'ana', origin: 'added', password: 'hashed' },
      { name: 'bob', origin: 'added', password: 'hashed' },
    ]);
  });

  it('are added with a hash, and the store can be read again', () => {
    expect(verifyPassword('secret', hashOf(withBob, 'bob'))).toBe(true);
    const text = formatPasswordStore(withBob);
    expect(text).not.toContain('secret');
    expect(parsePasswordStore(text)).toEqual(withBob);
  });

  it('get another password: a hash for those who were added, the text for one whom fortress may ask as', () => {
    const changed = changePassword(config, withBob, 'bob', 'other');
    expect(verifyPassword('other', hashOf(changed, 'bob'))).toBe(true);
    expect(changePassword(config, withBob, 'admin', 'chosen').users).toEqual({ admin: 'chosen' });
  });

  it('go again without a trace', () => {
    expect(removeUser(config, withBob, 'bob')).toEqual({ ...EMPTY, added: {} });
  });

  it('may have a treacherous name', () => {
    const store = addUser(config, withBob, '__proto__', 'x');
    expect(knownUsers(config, store).map(({ name }) => name)).toContain('__proto__');
    const read = parsePasswordStore(formatPasswordStore(store)) ?? EMPTY;
    expect(knownUsers(config, read).map(({ name }) => name)).toContain('__proto__');
    expect(knownUsers(config, removeUser(config, store, '__proto__'))).toEqual(knownUsers(config, withBob));
  });

  it.each(['admin', 'ops', 'bob'])('%s cannot be added twice', (name) => {
    expect(() => addUser(config, withBob, name, 'x')).toThrow(expect.objectContaining(refusal) as Error);
  });

  it('that do not exist cannot be changed or removed: it says who there is', () => {
    const unknown = expect.objectContaining({ ...refusal, why: 'there are: admin, ops, bob' }) as Error;
    expect(() => changePassword(config, withBob, 'eve', 'x')).toThrow(unknown);
    expect(() => removeUser(config, withBob, 'eve')).toThrow(unknown);
  });
});
