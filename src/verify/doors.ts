import { gatewaysAmong, isMonitoring, portOf } from './deployed-roles.js';
import type { DeployedContainer } from './deployment.js';
import { isEveryAddress, isLoopback } from './published-address.js';
import type { TargetSpec } from './target.js';
import { USUAL_PORTS } from './usual-ports.js';

/** A port of this deployment, other than the declared HTTPS one, that somebody outside may come in by. */
export interface Door {
  container: string;
  service: string;
  port: number;
  /** Address that it is bound to; null: every one. */
  address: string | null;
  /** It belongs to the gateway, whose rate limit holds there too. */
  isGateway: boolean;
  /** In the host's network, where nobody knows what it is bound to. */
  isOnHost: boolean;
  /** It belongs to what watches the others. */
  isMonitoring: boolean;
  /** Nothing names the port: what answers there may be anybody's. */
  isGuess: boolean;
}

export interface Doors {
  open: Door[];
  /** `api-v1-1 127.0.0.1:8000`: reached from this machine only. */
  loopback: string[];
  /** Containers in the host's network of which no port is known. */
  unknown: string[];
}

type Spec = Pick<TargetSpec, 'https' | 'http' | 'exporter' | 'prometheus' | 'grafana'>;

/**
 * All doors of the containers that run. Declared monitoring is not among them: it has checks of its own,
 * and Grafana locks a user out after a few wrong passwords. Pure.
 * @param listens ports that the gateway's configuration names; they count where it is in the host's network
 */
export function doorsOf(containers: DeployedContainer[], spec: Spec, listens: number[] = []): Doors {
  const gateways = gatewaysAmong(containers, spec);
  const declared = [spec.exporter, spec.prometheus?.url, spec.grafana?.url].flatMap((url) =>
    url ? [portOf(url)] : [],
  );
  const doors: Doors = { open: [], loopback: [], unknown: [] };
  for (const container of containers.filter(({ running }) => running)) {
    const isGateway = gateways.includes(container);
    const entrances = isGateway ? entrancesOf(container, spec) : new Set<number>();
    if (container.hostNetwork && container.ports.length === 0 && !isMonitoring(container) && !isGateway) {
      doors.unknown.push(container.name);
    }
    const ports = isGateway ? gatewayPorts(container, [portOf(spec.http), ...listens]) : apiPorts(container);
    for (const { address, port, containerPort } of ports) {
      if (entrances.has(containerPort) || (!isGateway && declared.includes(port))) continue;
      if (isLoopback(address) && !isGateway) doors.loopback.push(`${container.name} ${address}:${port}`);
      else if (!doors.open.some((door) => door.container === container.name && door.port === port)) {
        doors.open.push({
          container: container.name,
          service: container.service,
          port,
          address: specific(address),
          isGateway,
          isOnHost: container.hostNetwork,
          isMonitoring: isMonitoring(container),
          isGuess: container.hostNetwork && container.ports.length === 0,
        });
      }
    }
  }
  return doors;
}

/** Ports inside the gateway that the declared HTTPS port leads to: by whatever other number, they are the same entrance. */
const entrancesOf = ({ ports, hostNetwork }: DeployedContainer, { https }: Spec): Set<number> =>
  new Set(
    hostNetwork
      ? [portOf(https)]
      : ports.filter(({ port }) => port === portOf(https)).map(({ containerPort }) => containerPort),
  );

const apiPorts = ({ hostNetwork, ports }: DeployedContainer): DeployedContainer['ports'] =>
  hostNetwork && ports.length === 0 ? USUAL_PORTS.api.map(everywhere) : ports;

const gatewayPorts = ({ hostNetwork, ports }: DeployedContainer, listens: number[]): DeployedContainer['ports'] =>
  hostNetwork ? [...ports, ...listens.map(everywhere)] : ports;

const everywhere = (port: number): DeployedContainer['ports'][number] => ({
  address: '0.0.0.0',
  port,
  containerPort: port,
});

/** By loopback, the declared host leads there as well. */
const specific = (address: string): string | null => (isEveryAddress(address) || isLoopback(address) ? null : address);
