import type { ResolvedConfig } from '../config/resolved.js';

const MASK = '********';

const mask = (password: string | null): string | null => (password === null ? null : MASK);

/** The configuration with every password given in it replaced, for showing it to people. */
export function maskSecrets(config: ResolvedConfig): ResolvedConfig {
  const { gateway, monitoring } = config;
  return {
    ...config,
    gateway: { ...gateway, users: gateway.users.map(({ name, password }) => ({ name, password: mask(password) })) },
    monitoring:
      monitoring === null || monitoring.grafana === null
        ? monitoring
        : { ...monitoring, grafana: { ...monitoring.grafana, password: mask(monitoring.grafana.password) } },
  };
}
