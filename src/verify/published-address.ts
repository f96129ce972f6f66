import { hostInUrl } from '../render/views.js';
import { declaredHost } from './own-address.js';
import type { TargetSpec } from './target.js';

/** As engines write that a port is bound to all addresses of the machine. */
export const isEveryAddress = (address: string): boolean => ['', '0.0.0.0', '::'].includes(address);

export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/**
 * `HOST:PORT` of a published port.
 * @param address it is bound to; null: every one, so that the declared host leads there
 */
export const authorityOf = (
  spec: Pick<TargetSpec, 'https' | 'connectTo'>,
  { address, port }: { address: string | null; port: number },
): string => `${hostInUrl(address ?? declaredHost(spec))}:${port}`;
