import type { ResolvedConfig } from '../config/resolved.js';
import { usageError } from '../errors.js';
import { apiService } from '../stack/names.js';

/** Replicas by name of the service: `api-v1`. */
export type Scale = ReadonlyMap<string, number>;

const MOST_REPLICAS = 20;

/**
 * Reads `api-v1=5`, `api-v2=2`. Pure.
 * @throws FortressError (exit 2) for anything else, and for a service that is named twice
 */
export function parseScale(texts: string[]): Scale {
  const scale = new Map<string, number>();
  for (const text of texts) {
    const [, service, count] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
    const replicas = Number(count);
    if (service === undefined || !(replicas >= 1 && replicas <= MOST_REPLICAS)) {
      throw usageError(`found "${text}"; expected a service and 1 to ${MOST_REPLICAS} replicas, e.g. api-v1=5`);
    }
    if (scale.has(service)) throw usageError(`found ${service} twice; expected each service once`);
    scale.set(service, replicas);
  }
  return scale;
}

/**
 * The same configuration with other numbers of replicas. Pure.
 * @throws FortressError (exit 2) for a service that is not an API of it
 */
export function scaleConfig(config: ResolvedConfig, scale: Scale): ResolvedConfig {
  const services = config.apis.map(({ name }) => apiService(name));
  const unknown = [...scale.keys()].find((service) => !services.includes(service));
  if (unknown !== undefined) {
    throw usageError(`there is no API "${unknown}" that could have replicas`, {
      hint: `there are: ${services.join(', ')}`,
    });
  }
  const apis = config.apis.map((api) => ({ ...api, replicas: scale.get(apiService(api.name)) ?? api.replicas }));
  return { ...config, apis };
}
