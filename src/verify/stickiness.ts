import { gatewayConfigurations } from './gateway-configuration.js';
import type { Target } from './target.js';

/** A client stays with one replica. */
const STICKY = /(?:^|[\s{;])(ip_hash|hash\s[^;\n]+|sticky\b[^;\n]*)\s*;/m;

/** The directive by which the gateway sends a client always to the same replica; null: none is known. */
export async function stickiness(target: Target): Promise<string | null> {
  for (const configuration of await gatewayConfigurations(target)) {
    const directive = STICKY.exec(configuration)?.[1];
    if (directive !== undefined) return directive;
  }
  return null;
}
