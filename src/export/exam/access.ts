import type { ResolvedConfig } from '../../config/resolved.js';

/** Credentials as the tree may tell them: those that the exam itself has published, and no others. */
export interface Access {
  /** The first user. */
  user: string;
  /** Null: not told. */
  password: string | null;
  /** Null: one is made on each machine. */
  grafanaPassword: string | null;
}

/** Password of the exam for everything. */
const PUBLISHED = 'admin';

export function accessOf({ gateway, monitoring }: ResolvedConfig): Access {
  const [user] = gateway.users;
  const ifPublished = (password: string | null | undefined): string | null =>
    password === PUBLISHED ? PUBLISHED : null;
  return {
    user: user?.name ?? PUBLISHED,
    password: ifPublished(user?.password),
    grafanaPassword: ifPublished(monitoring?.grafana?.password),
  };
}
