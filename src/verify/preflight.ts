import { connect } from 'node:net';
import { unreachableError } from '../errors.js';
import { describeError } from './connection-error.js';
import type { TargetSpec } from './target.js';
import { bareHost } from './tls-handshake.js';

const TIMEOUT = 5_000;

/**
 * One clear message instead of a failure per check when nobody listens at all.
 * @param advice `hint`: what the person can do then
 * @throws FortressError (exit 3) when neither of the two ports takes a connection
 */
export async function assertReachable(
  spec: Pick<TargetSpec, 'https' | 'http' | 'connectTo'>,
  { hint }: { hint: string },
): Promise<void> {
  const origins = [...new Set([spec.https, spec.http])];
  const attempts = await Promise.allSettled(origins.map((origin) => tryConnect(origin, spec.connectTo)));
  if (attempts.some(({ status }) => status === 'fulfilled')) return;
  const reasons = attempts.map(
    (attempt, index) =>
      `${origins[index]}: ${attempt.status === 'rejected' ? describeError(attempt.reason, TIMEOUT) : ''}`,
  );
  throw unreachableError(`Nothing answers at ${spec.https}`, {
    why: reasons.join('\n'),
    hint,
  });
}

function tryConnect(origin: string, address: string | null): Promise<void> {
  const { hostname, port, protocol } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address ?? bareHost(hostname),
      port: Number(port || (protocol === 'https:' ? 443 : 80)),
      timeout: TIMEOUT,
    });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => socket.destroy(new Error(`no connection within ${TIMEOUT / 1000} s`)));
    socket.once('error', reject);
  });
}
