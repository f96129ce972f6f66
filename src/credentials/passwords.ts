import { randomBytes } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolved.js';
import type { User } from './htpasswd.js';

/** The random passwords of a project: `secrets/passwords.json`. Those given in the configuration are not in it. */
export interface PasswordStore {
  users: Record<string, string>;
  grafana?: string;
}

export interface ResolvedPasswords {
  users: User[];
  grafana: string | null;
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
  const grafana = config.monitoring?.grafana ?? null;
  const grafanaPassword = grafana === null ? null : (grafana.password ?? stored.grafana ?? random('Grafana'));
  // Grafana's volume remembers its password even while Grafana is switched off, so the store does too.
  const keptGrafana = grafana !== null && grafana.password === null ? grafanaPassword : stored.grafana;
  return {
    users: users.map(({ name, password }) => ({ name, password })),
    grafana: grafanaPassword,
    store: {
      users: Object.fromEntries(users.filter(({ given }) => !given).map(({ name, password }) => [name, password])),
      ...(typeof keptGrafana === 'string' ? { grafana: keptGrafana } : {}),
    },
    made,
  };
}

/** 192 random bits in characters that need no escaping in a URL, a shell line or JSON. */
const randomPassword = (): string => randomBytes(24).toString('base64url');

/** Reads `passwords.json`; null when it is not what we write. */
export function parsePasswordStore(text: string): PasswordStore | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || !isRecord(value['users'])) return null;
  const users = Object.entries(value['users']).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const grafana = value['grafana'];
  return { users: Object.fromEntries(users), ...(typeof grafana === 'string' ? { grafana } : {}) };
}

export const formatPasswordStore = (store: PasswordStore): string => `${JSON.stringify(store, null, 2)}\n`;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
