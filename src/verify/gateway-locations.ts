import { gatewayConfigurations } from './gateway-configuration.js';
import { blocksIn } from '../nginx/blocks.js';
import type { Target } from './target.js';

/** A path that nginx' configuration names. */
export interface Location {
  /** As it is written; a prefix, unless `location =` says otherwise. */
  path: string;
  /** It answers with `stub_status`. */
  isStatus: boolean;
}

/** Where a configuration may lead. */
export interface Locations {
  paths: Location[];
  /** Regular expressions, of which nobody can tell all paths that they match: `~ ^/v\d/`. */
  patterns: string[];
}

/** Named ones (`@`) are no paths that one could ask for. */
const LOCATION =
  /(?:^|[\s;{}])location\s+(?:(?:(?:=|\^~)\s*)?"?(\/[^\s{"]*)"?|(~\*?\s*(?:"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|[^\s{]\S*)))\s*\{/g;

/**
 * The locations that the gateway's configuration names: where to knock that nobody would guess. What is
 * behind them is for requests to find out. Empty where no engine shows the configuration.
 */
export async function gatewayLocations(target: Target): Promise<Locations> {
  const found = (await gatewayConfigurations(target)).map(locationsIn);
  return { paths: found.flatMap(({ paths }) => paths), patterns: found.flatMap(({ patterns }) => patterns) };
}

/** Of one configuration without comments, each once; `internal` ones are for nobody outside. Pure. */
export function locationsIn(configuration: string): Locations {
  const paths = new Map<string, Location>();
  const patterns = new Set<string>();
  for (const { opening, body } of blocksIn(configuration, LOCATION)) {
    const [, path, pattern] = opening;
    if (/(?:^|[\s;])internal\s*;/.test(body)) continue;
    if (pattern !== undefined) patterns.add(pattern);
    if (path === undefined) continue;
    const isStatus = /(?:^|[\s;])stub_status\b/.test(body) || paths.get(path)?.isStatus === true;
    paths.set(path, { path, isStatus });
  }
  return { paths: [...paths.values()], patterns: [...patterns] };
}
