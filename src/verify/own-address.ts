import { networkInterfaces } from 'node:os';
import type { TargetSpec } from './target.js';
import { bareHost } from './tls-handshake.js';

/** IPv4 addresses of this machine that are not loopback. */
const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);

/** Whether the target's ports are on this machine. */
export function isLocal({ https, connectTo }: Pick<TargetSpec, 'https' | 'connectTo'>): boolean {
  const host = connectTo ?? bareHost(new URL(https).hostname);
  return host === 'localhost' || host.startsWith('127.') || host === '::1' || ownAddresses().includes(host);
}

/** This machine's first address that is not loopback, when the target runs on this machine. */
export const ownAddressFor = (spec: Pick<TargetSpec, 'https' | 'connectTo'>): string | undefined =>
  isLocal(spec) ? ownAddresses()[0] : undefined;
