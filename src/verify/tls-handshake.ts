import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { TargetSpec } from './target.js';

export interface Handshake {
  /** Why the chain does not lead to the given CA, or without one to a public root; null when it does. */
  chainError: string | null;
  certificate: X509Certificate;
  protocol: string;
  cipher: string;
}

const TIMEOUT = 5_000;

/**
 * Shakes hands with the target and reports what it presented, trusted or not: verification is
 * measured here, not enforced.
 * @throws the connection error when there is no handshake at all
 */
export function shakeHands(spec: Pick<TargetSpec, 'https' | 'ca' | 'connectTo'>): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...tlsEndpoint(spec),
      ...(spec.ca === null ? {} : trusting(spec.ca)),
      rejectUnauthorized: false,
      // The name is a question of its own; here only the chain counts.
      checkServerIdentity: () => undefined,
      timeout: TIMEOUT,
    });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error(`no TLS handshake within ${TIMEOUT / 1000} s`)));
    socket.once('secureConnect', () => {
      const handshake = read(socket);
      socket.destroy();
      if (handshake) resolve(handshake);
      else reject(new Error('the server presented no certificate'));
    });
  });
}

/** Whoever is given the server's own certificate trusts it, whoever signed it, as curl's `--cacert` does. */
export const trusting = (ca: string): { ca: string; allowPartialTrustChain: true } => ({
  ca,
  allowPartialTrustChain: true,
});

/** Where a handshake goes, and the name that it asks for. */
export function tlsEndpoint({ https, connectTo }: Pick<TargetSpec, 'https' | 'connectTo'>): {
  host: string;
  port: number;
  servername?: string;
} {
  const { hostname, port } = new URL(https);
  const host = bareHost(hostname);
  return { host: connectTo ?? host, port: Number(port || 443), ...(isIP(host) ? {} : { servername: host }) };
}

function read(socket: TLSSocket): Handshake | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  return {
    // Node types it as an Error and gives its code as a string.
    chainError: socket.authorized ? null : String(socket.authorizationError),
    certificate,
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().name,
  };
}

/** How a certificate covers a host: by its SAN, only by the old common name, or not at all. */
export function coverageOf(certificate: X509Certificate, host: string): 'san' | 'common name' | 'none' {
  if (isIP(host)) return certificate.checkIP(host) === undefined ? 'none' : 'san';
  if (certificate.checkHost(host, { subject: 'never' }) !== undefined) return 'san';
  return certificate.checkHost(host, { subject: 'always' }) === undefined ? 'none' : 'common name';
}

/** `[::1]` of a URL without its brackets. */
export const bareHost = (hostname: string): string => hostname.replaceAll(/[[\]]/g, '');
