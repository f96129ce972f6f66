import { gatewayConfigurations } from './gateway-configuration.js';
import type { Target } from './target.js';

/** `listen 8000`, `listen 0.0.0.0:8000 ssl`, `listen [::]:8000`; an address comes first. */
const LISTEN = /(?:^|[\s{;])listen\s+(?:(\[[^\]]*\]|[\w.*-]+):)?(\d{1,5})\b/gm;
const LOOPBACK = /^(?:127\.|localhost|\[::1\])/;

/** Ports on which the gateway's configuration listens for more than its own machine. */
export async function listenPorts(target: Target): Promise<number[]> {
  const configurations = await gatewayConfigurations(target);
  const ports = configurations.flatMap((text) =>
    [...text.matchAll(LISTEN)].flatMap(([, address = '', port]) => (LOOPBACK.test(address) ? [] : [Number(port)])),
  );
  return [...new Set(ports)];
}
