import { randomBytes } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolved.js';
import { isHash, type User } from './htpasswd.js';

/** The passwords that a project keeps: `secrets/passwords.json`. Those given in the configuration are not in it. */
export interface PasswordStore {
  /** Of the users that the configuration names without a password: random ones, or set by `fortress users passwd`. */
  users: Record<string, string>;
  grafana?: string;
  /** Hashes of the users that `fortress users add` made, by name. */
  added?: Record<string, string>;
}

export interface ResolvedPasswords {
  users: User[];
  grafana: string | null;
  /** Hashes of further users, whom the configuration does not name. */
  added: Record<string, string>;
  store: PasswordStore;
  /** Whose random passwords were made now: `user ana`, `Grafana`. */
  made: string[];
}

/** Takes each password from the configuration, else from the store, else makes a random one. */
export function resolvePasswords(config: ResolvedConfig, stored: PasswordStore): ResolvedPasswords {
  const made: string[] = [];
  const random = (owner: string): string => {
    made.push(owner);
    return randomPassword();
  };
  const kept = new Map(Object.entries(stored.users));
  const users = config.gateway.users.map(({ name, password }) => ({
    name,
    password: password ?? kept.get(name) ?? random(`user ${name}`),
    given: password !== null,
  }));
  const declared = new Set(users.map(({ name }) => name));
  const added = Object.fromEntries(Object.entries(stored.added ?? {}).filter(([name]) => !declared.has(name)));
  const grafana = config.monitoring?.grafana ?? null;
  const grafanaPassword = grafana === null ? null : (grafana.password ?? stored.grafana ?? random('Grafana'));
  // Grafana's volume remembers its password even while Grafana is switched off, so the store does too.
  const keptGrafana = grafana !== null && grafana.password === null ? grafanaPassword : stored.grafana;
  return {
    users: users.map(({ name, password }) => ({ name, password })),
    grafana: grafanaPassword,
    added,
    store: {
      users: Object.fromEntries(users.filter(({ given }) => !given).map(({ name, password }) => [name, password])),
      ...(typeof keptGrafana === 'string' ? { grafana: keptGrafana } : {}),
      ...(Object.keys(added).length === 0 ? {} : { added }),
    },
    made,
  };
}

/** 192 random bits in characters that need no escaping in a URL, a shell line or JSON. */
export const randomPassword = (): string => randomBytes(24).toString('base64url');

/** Reads `passwords.json`; null when it is not what we write. */
export function parsePasswordStore(text: string): PasswordStore | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || !isRecord(value['users'])) return null;
  const grafana = value['grafana'];
  const added = isRecord(value['added']) ? textsOf(value['added']).filter(([, hash]) => isHash(hash)) : [];
  return {
    users: Object.fromEntries(textsOf(value['users'])),
    ...(typeof grafana === 'string' ? { grafana } : {}),
    ...(added.length === 0 ? {} : { added: Object.fromEntries(added) }),
  };
}

const textsOf = (record: Record<string, unknown>): [string, string][] =>
  Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string');

export const formatPasswordStore = (store: PasswordStore): string => `${JSON.stringify(store, null, 2)}\n`;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
