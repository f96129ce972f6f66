import type { DeployedContainer } from './deployment.js';
import type { TargetSpec } from './target.js';

type Origins = Pick<TargetSpec, 'https' | 'http'>;

const MONITORING = /(?:^|[/_-])(?:[\w-]*exporter|prometheus|grafana|alertmanager|cadvisor|loki|promtail)\b/i;

export const portOf = (origin: string): number => {
  const { port, protocol } = new URL(origin);
  return Number(port || (protocol === 'https:' ? 443 : 80));
};

/** Who publishes the declared HTTPS port, running. */
const httpsPublishers = (containers: DeployedContainer[], { https }: Pick<TargetSpec, 'https'>): DeployedContainer[] =>
  containers.filter(({ running, ports }) => running && ports.some(({ port }) => port === portOf(https)));

/**
 * The containers that clients come in by: who publishes the declared HTTPS port, else whoever listens
 * in the host's network, where nothing is published.
 */
export function gatewaysAmong(containers: DeployedContainer[], origins: Origins): DeployedContainer[] {
  const publishers = httpsPublishers(containers, origins);
  if (publishers.length > 0) return publishers;
  const onHost = containers.filter(({ running, hostNetwork }) => running && hostNetwork);
  const nginx = onHost.filter(({ image, service }) => /nginx|gateway|proxy/i.test(`${image} ${service}`));
  return nginx.length > 0 ? nginx : onHost;
}

/** Watches the others and serves nobody: images of the field are known by their names. */
export const isMonitoring = ({ image, service }: Pick<DeployedContainer, 'image' | 'service'>): boolean =>
  MONITORING.test(image) || MONITORING.test(service);

/** What runs and could answer predictions: neither the gateway nor what watches. */
export function containersBehind(containers: DeployedContainer[], origins: Origins): DeployedContainer[] {
  const gateways = gatewaysAmong(containers, origins);
  return containers.filter((one) => one.running && !gateways.includes(one) && !isMonitoring(one));
}
