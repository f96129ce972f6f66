import os from 'node:os';
import { vi } from 'vitest';

/** Lets this machine have these IPv4 addresses, by the names of their interfaces; `lo` is loopback. */
export function pretendInterfaces(addresses: Record<string, string>, netmask = '255.255.255.0'): void {
  const entries = Object.entries(addresses).map(([name, address]) => [
    name,
    [{ address, netmask, family: 'IPv4' as const, mac: '', internal: name === 'lo', cidr: null }],
  ]);
  vi.spyOn(os, 'networkInterfaces').mockReturnValue(Object.fromEntries(entries));
}
