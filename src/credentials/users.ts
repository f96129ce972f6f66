import type { ResolvedConfig } from '../config/resolved.js';
import { usageError } from '../errors.js';
import { hashPassword } from './htpasswd.js';
import type { PasswordStore } from './passwords.js';

/** Somebody who may call the API. */
export interface KnownUser {
  name: string;
  /** Who says so: the configuration, or `fortress users add`. */
  origin: 'configuration' | 'added';
  /** Where the password is: in the configuration, in the store, or nowhere but as a hash. */
  password: 'configuration' | 'stored' | 'hashed';
}

/** Everybody who may call the API: those of the configuration in its order, then the others by name. */
export function knownUsers({ gateway }: ResolvedConfig, { added = {} }: PasswordStore): KnownUser[] {
  const declared = gateway.users.map(({ name, password }): KnownUser => ({
    name,
    origin: 'configuration',
    password: password === null ? 'stored' : 'configuration',
  }));
  const others = Object.keys(added)
    .filter((name) => !gateway.users.some((user) => user.name === name))
    .toSorted()
    .map((name): KnownUser => ({ name, origin: 'added', password: 'hashed' }));
  return [...declared, ...others];
}

/**
 * Lets somebody in; of the password only a hash is kept.
 * @throws FortressError (exit 2) when there is such a user already
 */
export function addUser(config: ResolvedConfig, store: PasswordStore, user: string, password: string): PasswordStore {
  const known = knownUsers(config, store).find(({ name }) => name === user);
  if (known) {
    throw usageError(`there is a user ${user} already`, {
      why: known.origin === 'configuration' ? 'gateway.users of the configuration has it' : 'it was added before',
      hint: `another password: fortress users passwd ${user}`,
    });
  }
  return withHash(store, user, hashPassword(password, config.gateway.passwords.hash));
}

/**
 * Changes a password that the configuration does not give. That of a user whom the configuration
 * names is stored as it is, like the random one it replaces: fortress itself asks with it.
 * @throws FortressError (exit 2) when there is no such user
 */
export function changePassword(
  config: ResolvedConfig,
  store: PasswordStore,
  user: string,
  password: string,
): PasswordStore {
  return findUser(config, store, user).origin === 'added'
    ? withHash(store, user, hashPassword(password, config.gateway.passwords.hash))
    : { ...store, users: Object.fromEntries([...Object.entries(store.users), [user, password]]) };
}

/**
 * Shuts somebody out whom `addUser` had let in.
 * @throws FortressError (exit 2) when there is no such user
 */
export function removeUser(config: ResolvedConfig, store: PasswordStore, user: string): PasswordStore {
  findUser(config, store, user);
  return { ...store, added: Object.fromEntries(Object.entries(store.added ?? {}).filter(([name]) => name !== user)) };
}

function findUser(config: ResolvedConfig, store: PasswordStore, user: string): KnownUser {
  const users = knownUsers(config, store);
  const found = users.find(({ name }) => name === user);
  if (found) return found;
  throw usageError(`there is no user ${user}`, { why: `there are: ${users.map(({ name }) => name).join(', ')}` });
}

/** `fromEntries`, because `{ ...added, [name]: hash }` would lose a user called `__proto__`. */
const withHash = (store: PasswordStore, user: string, hash: string): PasswordStore => ({
  ...store,
  added: Object.fromEntries([...Object.entries(store.added ?? {}), [user, hash]]),
});
