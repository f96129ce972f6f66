import { request } from 'node:https';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkServerIdentity } from 'node:tls';
import type { ResolvedConfig } from '../config/resolved.js';
import type { Credentials } from '../credentials/prepare.js';
import { isLocal, type EngineAddress } from '../engine/docker/address.js';
import { messageOf, operationError } from '../errors.js';
import { hostInUrl } from '../render/views.js';

/** Milliseconds. */
const PATIENCE = 15_000;
const REQUEST_TIMEOUT = 5_000;
const INTERVAL = 200;

/** What came back for one real prediction. */
export interface GatewayAnswer {
  label: string;
  milliseconds: number;
}

/**
 * Asks the gateway for a prediction as a client would: over its published port, trusting only our CA.
 * @throws FortressError (exit 1) when no prediction comes back in time, with the last answer
 */
export async function askGateway(
  config: ResolvedConfig,
  credentials: Credentials,
  engine: EngineAddress,
  signal: AbortSignal,
): Promise<GatewayAnswer> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    signal.throwIfAborted();
    const startedAt = performance.now();
    try {
      const label = await predict(config, credentials, reachableHost(config.gateway.bind, engine));
      return { label, milliseconds: performance.now() - startedAt };
    } catch (error) {
      if (Date.now() >= deadline) {
        throw operationError('GATEWAY_SILENT', `the gateway gave no prediction within ${PATIENCE / 1000} s`, {
          why: messageOf(error),
          hint: 'look at what it and the APIs wrote: fortress logs gateway, fortress logs api-v1',
          cause: error,
        });
      }
    }
    await sleep(INTERVAL);
  }
}

/** Where a port that is published on `bind` of the engine's machine is reached from here. */
function reachableHost(bind: string, engine: EngineAddress): string {
  const everywhere = bind === '0.0.0.0' || bind === '::';
  if (!everywhere) return bind;
  return isLocal(engine) ? '127.0.0.1' : new URL(engine.url).hostname.replaceAll(/[[\]]/g, '');
}

function predict({ gateway }: ResolvedConfig, { caCertificate, users }: Credentials, address: string): Promise<string> {
  const [user] = users;
  const host = gateway.hosts[0] ?? 'localhost';
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        // The first host may be a public name that does not lead here (yet): connect to the published port itself.
        host: address,
        port: gateway.httpsPort,
        servername: isIP(host) === 0 ? host : '', // TLS knows names only
        checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
        ca: caCertificate,
        method: 'POST',
        path: '/predict',
        auth: `${user?.name}:${user?.password}`,
        headers: { host: hostInUrl(host), 'content-type': 'application/json' },
        timeout: REQUEST_TIMEOUT,
        agent: false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.once('end', () => {
          const label = response.statusCode === 200 ? labelIn(body) : undefined;
          if (label === undefined)
            reject(new Error(`it answered ${response.statusCode}: ${body.trim().slice(0, 200)}`));
          else resolve(label);
        });
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${REQUEST_TIMEOUT / 1000} s`)));
    outgoing.once('error', reject);
    outgoing.end(JSON.stringify({ sentence: 'Oh yeah, that was soooo cool!' }));
  });
}

function labelIn(body: string): string | undefined {
  try {
    const label = (JSON.parse(body) as Record<string, unknown>)['prediction value'];
    return typeof label === 'string' ? label : undefined;
  } catch {
    return undefined;
  }
}
