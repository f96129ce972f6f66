import type { Materials } from './haproxy.js';

/**
 * Caddy in its JSON form: a Caddyfile cannot switch off that answers of bcrypt are kept. It writes no log of
 * requests and limits no rate, for which Debian's package has no module. Pure.
 * @param keepsAnswers a password that was right is not hashed again
 */
export function caddyConfiguration({ certificate, key, user, hash, usual, debug }: Materials, keepsAnswers: boolean) {
  const passwords = {
    hash: { algorithm: 'bcrypt' },
    accounts: [{ username: user, password: hash }],
    ...(keepsAnswers && { hash_cache: {} }),
  };
  const routes = [
    { handle: [{ handler: 'authentication', providers: { http_basic: passwords } }] },
    { match: [{ header: { 'X-Experiment-Group': ['debug'] } }], handle: [proxy(debug)], terminal: true },
    { handle: [proxy(usual)] },
  ];
  const server = {
    listen: [':443'],
    // QUIC is nobody's here.
    protocols: ['h1', 'h2'],
    automatic_https: { disable: true },
    tls_connection_policies: [{}],
    routes,
  };
  return JSON.stringify({
    admin: { disabled: true, config: { persist: false } },
    logging: { logs: { default: { level: 'ERROR' } } },
    apps: {
      tls: { certificates: { load_files: [{ certificate, key }] } },
      http: { servers: { https: server } },
    },
  });
}

const proxy = (address: string): object => ({
  handler: 'reverse_proxy',
  upstreams: [{ dial: address }],
  headers: { request: { delete: ['Authorization'] } },
  transport: { protocol: 'http', keep_alive: { enabled: true, max_idle_conns_per_host: 256 } },
});
