import { createRenderer, projectTemplates } from '../../render/template.js';
import { hostInUrl } from '../../render/views.js';
import type { ResolvedConfig } from '../../config/resolved.js';
import type { Exported } from '../exported.js';
import { isLoopback } from './services.js';
import type { LayeredImage } from './images.js';
import { splitReference } from './images.js';

/** What README.md and push-images.sh tell about an export. */
export interface Overview {
  namespace: string;
  config: ResolvedConfig;
  /** References of the pods' images, local ones first. */
  images: { reference: string; isLocal: boolean }[];
  layers: LayeredImage[];
  services: string[];
  /** Services that keep data. */
  storage: { service: string; size: string }[];
  left: Exported['left'];
}

/** Port on the person's own machine that README.md forwards to the gateway. */
const FORWARDED = 8443;

/** What `kubernetes/README.md.eta` and `kubernetes/push-images.sh.eta` may use. */
const viewOf = ({ namespace, config, images, layers, services, storage, left }: Overview): object => {
  const { gateway, monitoring } = config;
  const local = images.filter(({ isLocal }) => isLocal).map(({ reference }) => reference);
  return {
    namespace,
    project: config.project,
    host: hostInUrl(gateway.hosts[0] ?? 'localhost'),
    hosts: gateway.hosts,
    port: gateway.httpsPort,
    forwarded: FORWARDED,
    isPublic: !isLoopback(gateway.bind),
    user: gateway.users[0]?.name ?? 'admin',
    remote: images.filter(({ isLocal }) => !isLocal).map(({ reference }) => reference),
    local: local.map((reference) => ({ reference, ...splitReference(reference) })),
    layers: layers.map(({ reference, base, folder }) => ({ reference, base, folder })),
    services,
    hasMonitoring: monitoring !== null,
    storage: storage.map(({ service, size }) => `${service} (${size})`),
    left,
  };
};

const render = createRenderer(projectTemplates(null));

export const readme = (overview: Overview): string => render('kubernetes/README.md.eta', viewOf(overview));

/** Shell; the name of a registry is its argument. */
export const pushScript = (overview: Overview): string => render('kubernetes/push-images.sh.eta', viewOf(overview));
