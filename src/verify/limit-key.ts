import { gatewayConfigurations } from './gateway-configuration.js';
import { blocksIn } from '../nginx/blocks.js';
import type { Target } from './target.js';

/** `limit_req_zone $binary_remote_addr zone=…`: what it counts by. */
const ZONE = /(?:^|[\s{;])limit_req_zone\s+(.+?)\s+zone=/gm;
const BY_ADDRESS = /^"?\$(?:\{(?:binary_)?remote_addr\}|(?:binary_)?remote_addr)"?$/;
/** `map $http_x_secret $client {`: by a header that a client sends or does not. */
const HEADER_MAP = /(?:^|[\s{;}])map\s+\$http_\w+\s+(\$\w+)\s*\{/gm;
/** `default $binary_remote_addr;` or `"a value" "";`, which nginx does not count. */
const ENTRY = /("[^"]*"|'[^']*'|[^\s;]+)\s+([^;]+);/g;

/**
 * What the gateway's configuration says that its limits count by, when that is the client's address and
 * nothing else; null: it says otherwise, or no engine shows it.
 */
export async function addressKey(target: Target): Promise<string | null> {
  const keys = (await gatewayConfigurations(target)).flatMap((text) =>
    [...text.matchAll(ZONE)].map(([, key = '']) => (BY_ADDRESS.test(key) ? key : mappedKey(text, key))),
  );
  return keys.includes(null) ? null : (keys[0] ?? null);
}

/** What a variable of the configuration's own is for whoever names no secret: the address, or null. */
function mappedKey(text: string, key: string): string | null {
  const map = blocksIn(text, HEADER_MAP).find(({ opening }) => opening[1] === key);
  const entries = [...(map?.body ?? '').matchAll(ENTRY)].map(([, name = '', value = '']) => ({ name, value }));
  const counted = entries.filter(({ name, value }) => name !== 'include' && value !== '""' && value !== "''");
  const [first] = counted;
  return counted.length === 1 && first?.name === 'default' && BY_ADDRESS.test(first.value) ? first.value : null;
}
