import type { Service } from '../../stack/stack.js';
import { isGateway } from './target.js';

export interface NamedPort {
  name: string;
  port: number;
}

const GATEWAY_PORTS: Record<number, string> = { 80: 'http', 443: 'https' };

/** The port that tells whether a service can do its work. */
export const readinessPort = (service: Service): NamedPort => ({
  name: isGateway(service) ? 'status' : 'http',
  port: service.readiness.port,
});

/** Every port that the containers of a service listen at. */
export function portsOf(service: Service): NamedPort[] {
  const ready = readinessPort(service);
  const published = service.ports.filter(({ container }) => container !== ready.port);
  return [
    ...published.map(({ container }) => ({ name: GATEWAY_PORTS[container] ?? `port-${container}`, port: container })),
    ready,
  ];
}
