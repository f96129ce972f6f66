import type { IncomingHttpHeaders } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** sha256 of the certificate that was served, and its names; null for plain HTTP. */
  certificate: { fingerprint: string; names: string } | null;
}

export interface Question {
  protocol?: 'http' | 'https';
  port: number;
  path: string;
  method?: string;
  /** PEM; needed for HTTPS. */
  ca?: string;
  /** `name:password`. */
  login?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Milliseconds. */
const TIMEOUT = 10_000;

/** One request to this machine on a connection of its own. Rejects when no whole answer comes back. */
export function ask({
  protocol = 'https',
  port,
  path,
  method = 'GET',
  ca,
  login,
  headers,
  body,
}: Question): Promise<Answer> {
  const send = protocol === 'https' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        host: '127.0.0.1',
        servername: 'localhost',
        port,
        path,
        method,
        ca,
        auth: login,
        headers: { host: `localhost:${port}`, ...headers },
        agent: false,
        timeout: TIMEOUT,
      },
      (response) => {
        const certificate = protocol === 'https' ? certificateOf(response.socket as TLSSocket) : null;
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, certificate }),
        );
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT} ms`)));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function certificateOf(socket: TLSSocket): { fingerprint: string; names: string } {
  const { fingerprint256, subjectaltname } = socket.getPeerCertificate();
  return { fingerprint: fingerprint256, names: subjectaltname ?? '' };
}
