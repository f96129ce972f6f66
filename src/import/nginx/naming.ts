import { addressOf } from './gateway-facts.js';
import type { Directive } from './parse.js';

/** Where nginx names a server that requests may go to, in an upstream or where it passes them on; null: nowhere. Pure. */
export function namingOf(names: readonly string[], block: readonly Directive[], around = ''): Directive | null {
  for (const directive of block) {
    if (hostsIn(directive, around).some((host) => names.includes(host.toLowerCase()))) return directive;
    const inside = directive.block === null ? null : namingOf(names, directive.block, directive.name);
    if (inside) return inside;
  }
  return null;
}

/** The host of an address as it stands in `proxy_pass`: `http://api:8000/v1` → `api`. Pure. */
export const hostOf = (address: string): string => addressOf(serverIn(address)).host;

/** Its port; null: it names none. Pure. */
export const portOf = (address: string): number | null => addressOf(serverIn(address)).port;

const serverIn = (address: string): string => address.replace(/^\w+:\/\//, '').replace(/\/.*$/s, '');

function hostsIn({ name, args }: Directive, around: string): string[] {
  const [first = ''] = args;
  if (around === 'upstream') return name === 'server' && !args.includes('down') ? [hostOf(first)] : [];
  // The lines of a map are a value and what it leads to.
  if (around === 'map' || around === 'split_clients') return [hostOf(first)];
  if (name === 'set') return [hostOf(args[1] ?? '')];
  return name.endsWith('_pass') ? [hostOf(first)] : [];
}
