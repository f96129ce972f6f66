import type { OutgoingHttpHeaders } from 'node:http';
import { request, type Agent } from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { ResolvedConfig } from '../config/resolved.js';
import type { Credentials } from '../credentials/prepare.js';
import { isLocal, type EngineAddress } from '../engine/docker/address.js';
import { hostInUrl } from '../render/views.js';

/** Milliseconds without a sign of life. */
const TIMEOUT = 5_000;

/** What the gateway answered to one request for a prediction, whatever it was. */
export interface PredictionAnswer {
  status: number;
  body: string;
  /** The prediction; null: it is none. */
  label: string | null;
  /** The replica that answered, as it calls itself: `api-v1-2`. */
  instance: string | null;
}

export interface PredictionRequest {
  config: ResolvedConfig;
  credentials: Pick<Credentials, 'caCertificate' | 'users'>;
  /** Where the gateway's port is reached: `gatewayAddress`. */
  address: string;
  headers?: OutgoingHttpHeaders;
  /** Without one the request has a connection of its own. */
  agent?: Agent;
}

/** The gateway closed a connection that was kept open while a request was on its way on it: none of it was answered. */
export class KeptConnectionClosed extends Error {}

/**
 * Asks the gateway for one prediction as a client does: over its published port, trusting only our CA.
 * Rejects when there is no whole answer: refused, cut off, not trusted, or silent for 5 s; with `KeptConnectionClosed`
 * when it may be asked again at once.
 */
export function askForPrediction(asked: PredictionRequest): Promise<PredictionAnswer> {
  const { config, credentials, address, headers, agent = false } = asked;
  const [user] = credentials.users;
  const host = config.gateway.hosts[0] ?? 'localhost';
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        // The first host may be a public name that does not lead here (yet): connect to the published port itself.
        host: address,
        port: config.gateway.httpsPort,
        servername: isIP(host) === 0 ? host : '', // TLS knows names only
        checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
        ca: credentials.caCertificate,
        allowPartialTrustChain: true, // a person’s own certificate may be all that there is to trust
        method: 'POST',
        path: '/predict',
        auth: `${user?.name}:${user?.password}`,
        headers: { ...headers, host: hostInUrl(host), 'content-type': 'application/json' },
        timeout: TIMEOUT,
        agent,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.once('error', reject);
        response.once('end', () => {
          const instance = response.headers['x-instance-id'];
          resolve({
            status: response.statusCode ?? 0,
            body,
            label: labelIn(body),
            instance: typeof instance === 'string' ? instance : null,
          });
        });
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT / 1000} s`)));
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      const closedUnderIt = outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
      reject(closedUnderIt ? new KeptConnectionClosed(error.message, { cause: error }) : error);
    });
    outgoing.end(JSON.stringify({ sentence: 'Oh yeah, that was soooo cool!' }));
  });
}

/** Where the gateway's published ports are reached from here. */
export function gatewayAddress({ gateway: { bind } }: ResolvedConfig, engine: EngineAddress): string {
  const everywhere = bind === '0.0.0.0' || bind === '::';
  if (!everywhere) return bind;
  return isLocal(engine) ? '127.0.0.1' : new URL(engine.url).hostname.replaceAll(/[[\]]/g, '');
}

function labelIn(body: string): string | null {
  try {
    const label = (JSON.parse(body) as Record<string, unknown>)['prediction value'];
    return typeof label === 'string' ? label : null;
  } catch {
    return null;
  }
}
