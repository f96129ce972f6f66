import { gatewayConfigurations } from './gateway-configuration.js';
import type { Target } from './target.js';

/** A path that nginx' configuration names. */
export interface Location {
  /** As it is written; a prefix, unless `location =` says otherwise. */
  path: string;
  /** It answers with `stub_status`. */
  isStatus: boolean;
}

/** Regular expressions and named locations are no paths that one could ask for. */
const LOCATION = /\blocation\s+(?:(?:=|\^~)\s*)?"?(\/[^\s{"]*)"?\s*\{/g;

/**
 * The paths that the gateway's configuration names: where to knock that nobody would guess. What is
 * behind them is for requests to find out. Empty where no engine shows the configuration.
 */
export async function gatewayLocations(target: Target): Promise<Location[]> {
  return (await gatewayConfigurations(target)).flatMap(locationsIn);
}

/** Of one configuration without comments, each path once; `internal` ones are for nobody outside. Pure. */
export function locationsIn(configuration: string): Location[] {
  const locations = new Map<string, Location>();
  for (const match of configuration.matchAll(LOCATION)) {
    const path = match[1] ?? '';
    const body = blockAt(configuration, match.index + match[0].length);
    if (/(?:^|[\s;])internal\s*;/.test(body)) continue;
    const isStatus = /(?:^|[\s;])stub_status\b/.test(body) || locations.get(path)?.isStatus === true;
    locations.set(path, { path, isStatus });
  }
  return [...locations.values()];
}

/** What stands between a brace that was just opened and the one that closes it. */
function blockAt(text: string, start: number): string {
  let depth = 1;
  let end = start;
  for (; end < text.length && depth > 0; end += 1) {
    if (text[end] === '{') depth += 1;
    if (text[end] === '}') depth -= 1;
  }
  return text.slice(start, end - 1);
}
