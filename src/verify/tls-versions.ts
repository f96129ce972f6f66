import { connect, type ConnectionOptions, type SecureVersion } from 'node:tls';
import { messageOf } from '../errors.js';
import { errorCodeOf } from './connection-error.js';
import { tlsEndpoint } from './tls-handshake.js';
import type { TargetSpec } from './target.js';

/** Oldest first. */
export const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const satisfies SecureVersion[];
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** What the server said to the one version it was offered; or why that is not known. */
export type VersionAnswer = 'accepted' | 'refused' | { unknown: string };

const TIMEOUT = 5_000;
/** The server's own alert 70 (RFC 8446, 6.2); any other failure may be ours. */
const REFUSAL = 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION';
/** OpenSSL 3 signs nothing for TLS 1.0 and 1.1 at any higher level. */
const EVERYTHING = 'DEFAULT:@SECLEVEL=0';

/** Offers the target one version of TLS and no other. Never rejects. */
export function offerVersion(
  spec: Pick<TargetSpec, 'https' | 'connectTo'>,
  version: TlsVersion,
): Promise<VersionAnswer> {
  return new Promise<VersionAnswer>((resolve, reject) => {
    const options: ConnectionOptions = {
      ...tlsEndpoint(spec),
      minVersion: version,
      maxVersion: version,
      ciphers: EVERYTHING,
      // Whom to trust is the question of another check.
      rejectUnauthorized: false,
      timeout: TIMEOUT,
    };
    const socket = connect(options);
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error(`no TLS handshake within ${TIMEOUT / 1000} s`)));
    socket.once('secureConnect', () => {
      resolve('accepted');
      socket.destroy();
    });
  }).catch(answerIn);
}

const answerIn = (error: unknown): VersionAnswer =>
  errorCodeOf(error) === REFUSAL ? 'refused' : { unknown: reasonOf(error) };

/** OpenSSL's reason without its place in OpenSSL's source. */
function reasonOf(error: unknown): string {
  const reason = error instanceof Error && 'reason' in error ? error.reason : undefined;
  return typeof reason === 'string' ? reason : messageOf(error);
}
