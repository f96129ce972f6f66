import type { ResolvedApi, ResolvedConfig } from '../../config/resolved.js';
import { apiService } from '../../stack/names.js';
import type { Service } from '../../stack/stack.js';

/** A service with what it is asked for, in Kubernetes' terms. */
export interface Workload {
  namespace: string;
  service: Service;
  /** Null: it serves no API. */
  api: ResolvedApi | null;
}

export const workloadOf = (config: ResolvedConfig, namespace: string, service: Service): Workload => ({
  namespace,
  service,
  api: config.apis.find(({ name }) => apiService(name) === service.name) ?? null,
});

export const isGateway = ({ name }: Service): boolean => name === 'gateway';
