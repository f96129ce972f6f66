import type { ResolvedConfig } from '../config/resolved.js';
import type { CredentialChange } from './change.js';
import { formatHtpasswd, parseHtpasswd, type User } from './htpasswd.js';
import { formatPasswordStore, parsePasswordStore, resolvePasswords, type PasswordStore } from './passwords.js';
import type { CredentialStore } from './store.js';

export interface PreparedPasswords {
  users: User[];
  grafana: string | null;
  /** Contents of the two files. */
  htpasswd: string;
  passwordStore: string;
  changes: CredentialChange[];
}

/**
 * Passwords and the htpasswd file: what is on disk where it is still right, else new.
 * @param edit what a person asked for; may refuse by throwing
 */
export function preparePasswords(
  config: ResolvedConfig,
  stored: CredentialStore,
  edit: (store: PasswordStore) => PasswordStore = (store) => store,
): PreparedPasswords {
  const known = stored.passwords === null ? null : parsePasswordStore(stored.passwords);
  const { users, added, grafana, store, made } = resolvePasswords(config, edit(known ?? { users: {} }));
  const unreadable = stored.passwords !== null && known === null ? ' (passwords.json is corrupt)' : '';
  const before = stored.htpasswd ?? '';
  const htpasswd = formatHtpasswd(users, { hash: config.gateway.passwords.hash, current: before, hashed: added });
  return {
    users,
    grafana,
    htpasswd,
    passwordStore: formatPasswordStore(store),
    changes: [
      ...made.map((owner): CredentialChange => ({
        subject: 'passwords',
        action: 'add',
        detail: `a random one for ${owner}${unreadable}`,
      })),
      ...htpasswdChanges(before, htpasswd),
    ],
  };
}

function htpasswdChanges(before: string, after: string): CredentialChange[] {
  if (before === after) return [];
  const old = parseHtpasswd(before);
  const current = parseHtpasswd(after);
  const changes = [
    ...[...current].flatMap(([name, hash]) => {
      if (!old.has(name)) return [change('add', `user ${name}`)];
      return old.get(name) === hash ? [] : [change('change', `password of user ${name}`)];
    }),
    ...[...old.keys()].filter((name) => !current.has(name)).map((name) => change('remove', `user ${name}`)),
  ];
  return changes.length > 0 ? changes : [change('write', 'the file anew, it was damaged')];
}

const change = (action: CredentialChange['action'], detail: string): CredentialChange => ({
  subject: 'htpasswd',
  action,
  detail,
});
