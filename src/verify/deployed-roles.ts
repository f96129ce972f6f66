import type { DeployedContainer } from './deployment.js';
import type { TargetSpec } from './target.js';

type Origins = Pick<TargetSpec, 'https' | 'http'> & Partial<Pick<TargetSpec, 'deployment'>>;

/** By the last word of a name: `nginx-exporter`, `prometheus_1`, but not `prometheus-api`. */
const MONITORING =
  /(?:^|[_-])(?:exporter|prometheus|grafana(?:-oss|-enterprise)?|alertmanager|pushgateway|cadvisor|loki|promtail|alloy|netdata)(?:[_-]?\d+)?$/i;
const GATEWAY = /nginx|openresty|gateway|proxy|caddy|traefik|envoy|apache|httpd/i;
const USUAL_LISTENERS = [80, 443];

export const portOf = (origin: string): number => {
  const { port, protocol } = new URL(origin);
  return Number(port || (protocol === 'https:' ? 443 : 80));
};

/** Who publishes the declared HTTPS port, running. */
const httpsPublishers = (containers: DeployedContainer[], { https }: Pick<TargetSpec, 'https'>): DeployedContainer[] =>
  containers.filter(({ running, ports }) => running && ports.some(({ port }) => port === portOf(https)));

/**
 * The containers that clients come in by: who publishes the declared HTTPS port, else whoever may listen
 * in the host's network, where nothing is published. None where somebody else's container has the port.
 */
export function gatewaysAmong(containers: DeployedContainer[], origins: Origins): DeployedContainer[] {
  const publishers = httpsPublishers(containers, origins);
  if (publishers.length > 0 || isTaken(origins)) return publishers;
  const onHost = containers.filter((one) => one.running && one.hostNetwork && !isMonitoring(one));
  const named = onHost.filter(looksLikeGateway);
  return named.length > 0 ? named : onHost.filter(({ ports }) => mayListen(ports, origins));
}

/** An outsider publishes the HTTPS port. */
const isTaken = ({ https, deployment }: Origins): boolean =>
  deployment !== undefined &&
  'outsiders' in deployment &&
  (deployment.outsiders ?? []).some(({ ports }) => ports.includes(portOf(https)));

/** Images name few of their ports, nginx' for one only 80; one that names others alone is something else. */
const mayListen = (ports: DeployedContainer['ports'], { http }: Origins): boolean =>
  ports.length === 0 || ports.some(({ port }) => USUAL_LISTENERS.includes(port) || port === portOf(http));

/** By what it is called. */
export const looksLikeGateway = (container: Named): boolean => namesOf(container).some((name) => GATEWAY.test(name));

/** Watches the others and serves nobody: images of the field are known by their names. */
export const isMonitoring = (container: Named): boolean => namesOf(container).some((name) => MONITORING.test(name));

type Named = Pick<DeployedContainer, 'image' | 'service' | 'builtHere'>;

/** Of the service, and of an image that came from elsewhere: compose calls what it builds by its folder. */
export const namesOf = ({ image, service, builtHere }: Named): string[] =>
  builtHere ? [service] : [service, image.replace(/^.*\//, '').replace(/[:@].*$/, '')];

/** What runs and could answer predictions: neither the gateway nor what watches. */
export function containersBehind(containers: DeployedContainer[], origins: Origins): DeployedContainer[] {
  const gateways = gatewaysAmong(containers, origins);
  return containers.filter((one) => one.running && !gateways.includes(one) && !isMonitoring(one));
}
