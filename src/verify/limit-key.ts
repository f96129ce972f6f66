import { gatewayConfigurations } from './gateway-configuration.js';
import type { Target } from './target.js';

/** `limit_req_zone $binary_remote_addr zone=…`: what it counts by. */
const ZONE = /(?:^|[\s{;])limit_req_zone\s+(.+?)\s+zone=/gm;
const BY_ADDRESS = /^"?\$(?:\{(?:binary_)?remote_addr\}|(?:binary_)?remote_addr)"?$/;

/**
 * What the gateway's configuration says that its limits count by, when that is the client's address and
 * nothing else; null: it says otherwise, or no engine shows it.
 */
export async function addressKey(target: Target): Promise<string | null> {
  const keys = (await gatewayConfigurations(target)).flatMap((text) =>
    [...text.matchAll(ZONE)].map(([, key = '']) => key),
  );
  const [first] = keys;
  return first !== undefined && keys.every((key) => BY_ADDRESS.test(key)) ? first : null;
}
