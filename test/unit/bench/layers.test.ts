import { describe, expect, it } from 'vitest';
import { layersOf, type LayerName } from '../../../src/bench/layers.js';
import type { FortressConfig } from '../../../src/config/types.js';
import { nginxText } from '../render/fixture.js';
import { parseNginx, type Directive } from '../render/nginx-syntax.js';
import { example } from '../stack/example.js';

const layer = (name: LayerName, input: FortressConfig = {}) => {
  const found = layersOf(example(input).config).find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no layer ${name}`);
  return found;
};

const configured = (name: LayerName, configuration: string): Directive[] =>
  parseNginx(layer(name).configure?.(configuration) ?? '');

const every = (directives: Directive[], name: string): Directive[] =>
  directives.flatMap((directive) => [
    ...(directive.name === name ? [directive] : []),
    ...every(directive.block ?? [], name),
  ]);

const listens = (directives: Directive[]): string[] => every(directives, 'listen').map(({ args }) => args.join(' '));

const names = (input?: FortressConfig) => layersOf(example(input).config).map(({ name }) => name);

/** Which things are left of the own gateway's configuration. */
const left = (name: LayerName) => {
  const directives = configured(name, nginxText());
  const outer = every(directives, 'server').filter((server) =>
    listens([server]).some((text) => text.startsWith('443')),
  );
  const asks = ['auth_basic', 'auth_request'].flatMap((directive) => every(outer, directive));
  return {
    tls: listens(outer).some((text) => text.includes('ssl')),
    auth: asks.some(({ args }) => args[0] !== 'off'),
    limit: every(outer, 'limit_req').length > 0,
  };
};

const STRANGE = `
http {
  limit_req_zone $binary_remote_addr zone=clients:10m rate=10r/s;
  limit_conn_zone $binary_remote_addr zone=open:10m;
  server {
    listen unix:/tmp/inner.sock;
    auth_basic inner;
    auth_basic_user_file users;
    limit_req zone=clients burst=3 nodelay;
  }
  server {
    listen 443 ssl default_server;
    limit_conn open 20;
    auth_request /login;
    auth_request_set $who $upstream_http_x_user;
    location = /predict {
      auth_request off;
      limit_req zone=clients;
      proxy_set_header X-User $who;
    }
  }
}`;

describe('layersOf', () => {
  it('adds one thing at a time, up to the whole', () => {
    expect(names()).toEqual(['direct', 'nginx', 'tls', 'auth', 'limit']);
    expect(names({ gateway: { rateLimit: false } })).toEqual(['direct', 'nginx', 'tls', 'auth']);
    expect(layer('direct').configure).toBeNull();
  });

  it('of the own gateway: nothing is left of what a layer does not have', () => {
    expect(left('nginx')).toEqual({ tls: false, auth: false, limit: false });
    expect(left('tls')).toEqual({ tls: true, auth: false, limit: false });
    expect(left('auth')).toEqual({ tls: true, auth: true, limit: false });
    expect(left('limit')).toEqual({ tls: true, auth: true, limit: true });
  });

  it('keeps all limits, so high that nobody meets them', () => {
    const directives = configured('limit', STRANGE);
    expect(every(directives, 'limit_req_zone')[0]?.args.at(-1)).toBe('rate=100000r/s');
    expect(every(directives, 'limit_req').map(({ args }) => args)).toEqual([
      ['zone=clients', 'burst=100000', 'nodelay'],
      ['zone=clients', 'burst=100000', 'nodelay'],
    ]);
    expect(every(directives, 'limit_conn').map(({ args }) => args)).toEqual([['open', '65535']]);
  });

  it('takes the check of passwords from those who come by TLS, not from an inner server', () => {
    const directives = configured('tls', STRANGE);
    expect(every(directives, 'auth_request')).toEqual([]);
    expect(every(directives, 'auth_basic').map(({ args }) => args)).toEqual([['inner']]);
  });

  it('keeps the name of what a check would have told', () => {
    expect(every(configured('tls', STRANGE), 'set').map(({ args }) => args)).toEqual([['$who', '']]);
    expect(every(configured('auth', STRANGE), 'auth_request_set')).toHaveLength(1);
  });

  it('listens without TLS at the same port', () => {
    expect(listens(configured('nginx', STRANGE))).toEqual(['unix:/tmp/inner.sock', '443 default_server']);
  });

  it('leaves out every limit below the layer of limits; with no such layer the last one has them', () => {
    expect(every(configured('auth', STRANGE), 'limit_conn')).toEqual([]);
    const last = layer('auth', { gateway: { rateLimit: false } }).configure?.(STRANGE) ?? '';
    expect(every(parseNginx(last), 'limit_conn')).toHaveLength(1);
  });
});
