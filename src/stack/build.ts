import type { ResolvedConfig } from '../config/resolved.js';
import type { ImageName, ImageReference } from '../images/image-source.js';
import { apiService, networkName } from './names.js';
import { apiServiceOf, imageOfApi } from './services/api.js';
import { exporterService } from './services/exporter.js';
import { gatewayService } from './services/gateway.js';
import { grafanaService } from './services/grafana.js';
import { prometheusService } from './services/prometheus.js';
import type { AvailableImage, Network, Service, Stack } from './stack.js';
import { upperHalf } from './subnet.js';

/** What the desired state depends on besides the configuration. */
export interface StackFacts {
  /** CIDR of the backend network. */
  subnet: string;
  image(name: ImageName): ImageReference;
}

/** The desired state of a configuration. Pure. */
export function buildStack(config: ResolvedConfig, facts: StackFacts): Stack {
  const omitted: Stack['omitted'] = [];
  const withImage = (name: ImageName, service: string, make: (image: AvailableImage) => Service[]): Service[] => {
    const image = facts.image(name);
    if ('reference' in image) return make({ name, ...image });
    omitted.push({ service, reason: image.missing });
    return [];
  };
  const { monitoring } = config;
  const services = [
    ...config.apis.flatMap((api) =>
      withImage(imageOfApi(api), apiService(api.name), (image) => [apiServiceOf(config, api, image)]),
    ),
    ...withImage('nginx', 'gateway', (image) => [gatewayService(config, image)]),
    ...(monitoring
      ? [
          ...withImage('exporter', 'exporter', (image) => [exporterService(config, monitoring, image)]),
          ...withImage('prometheus', 'prometheus', (image) => [prometheusService(config, monitoring, image)]),
        ]
      : []),
    ...(monitoring?.grafana
      ? withImage('grafana', 'grafana', (image) => [grafanaService(config, monitoring, image)])
      : []),
  ];
  return {
    project: config.project,
    networks: networks(config.project, facts.subnet),
    volumes: services.flatMap((service) => service.volumes.map(({ name }) => ({ name }))),
    services,
    omitted,
  };
}

/** `edge` holds what has published ports; `backend` has no way out. */
function networks(project: string, subnet: string): Network[] {
  return [
    { name: networkName(project, 'edge'), internal: false, addresses: null },
    { name: networkName(project, 'backend'), internal: true, addresses: { subnet, dynamicRange: upperHalf(subnet) } },
  ];
}
