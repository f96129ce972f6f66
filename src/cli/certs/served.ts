import type { X509Certificate } from 'node:crypto';
import type { ResolvedConfig } from '../../config/resolved.js';
import { findEngineAddress } from '../../engine/docker/address.js';
import { gatewayAddress } from '../../probe/prediction.js';
import { hostInUrl } from '../../render/views.js';
import { shakeHands } from '../../verify/tls-handshake.js';

/** The certificate with which whatever listens on the gateway's port answers now; null when nothing does. */
export async function servedCertificate(config: ResolvedConfig): Promise<X509Certificate | null> {
  const { hosts, httpsPort } = config.gateway;
  try {
    const { certificate } = await shakeHands({
      https: `https://${hostInUrl(hosts[0] ?? 'localhost')}:${httpsPort}`,
      ca: null,
      connectTo: gatewayAddress(config, findEngineAddress()),
    });
    return certificate;
  } catch {
    return null;
  }
}
