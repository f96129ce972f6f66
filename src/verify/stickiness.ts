import { gatewayConfigurations } from './gateway-configuration.js';
import { blocksIn } from '../nginx/blocks.js';
import type { Target } from './target.js';

const UPSTREAM = /(?:^|[\s;}])upstream\s+[^\s{;]+\s*\{/g;
/** A client stays with one replica. */
const STICKY = /(?:^|[\s;])(ip_hash|hash\s[^;]+|sticky\b[^;]*?)\s*;/;

/** The directive by which the gateway sends a client always to the same replica; null: none is known. */
export async function stickiness(target: Target): Promise<string | null> {
  const upstreams = (await gatewayConfigurations(target)).flatMap((text) => blocksIn(text, UPSTREAM));
  const directives = upstreams.flatMap(({ body }) => STICKY.exec(body)?.[1] ?? []);
  return directives[0] ?? null;
}
