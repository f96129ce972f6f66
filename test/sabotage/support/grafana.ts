import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { basicToken } from '../../../src/verify/masking.js';
import { listen, type Listening } from '../../unit/verify/support/listen.js';

/**
 * Grafana in miniature, in front of the real Prometheus of a case: Debian has no Grafana package, so
 * there is no image where no registry is reached. What it answers is what Grafana's HTTP API answers.
 */
export interface GrafanaStandIn {
  user: string;
  password: string;
  /** `url`: origin of the Prometheus that its proxy asks; null: none is provisioned. */
  dataSource: { uid: string; url: string } | null;
  /** Queries of the panels of its only dashboard; null: there is no dashboard. */
  panels: string[] | null;
}

export const startGrafana = (grafana: GrafanaStandIn, port: number): Promise<Listening> =>
  listen(
    createServer((request, response) => void answer(grafana, request, response)),
    port,
  );

async function answer(grafana: GrafanaStandIn, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://grafana');
  if (pathname === '/api/health') return send(response, 200, { database: 'ok' });
  if (request.headers.authorization !== `Basic ${basicToken(grafana.user, grafana.password)}`) {
    return send(response, 401, { message: 'Invalid username or password' });
  }
  const proxied = /^\/api\/datasources\/proxy\/uid\/([^/]+)(\/.*)$/.exec(pathname);
  if (proxied && proxied[1] === grafana.dataSource?.uid) {
    return proxy(response, `${grafana.dataSource?.url}${proxied[2]}${search}`);
  }
  const page = pages(grafana)[pathname];
  return send(response, page === undefined ? 404 : 200, page ?? { message: 'Not found' });
}

const pages = ({ dataSource, panels }: GrafanaStandIn): Record<string, unknown> => ({
  '/api/org': { id: 1, name: 'Main Org.' },
  '/api/datasources': dataSource
    ? [{ uid: dataSource.uid, type: 'prometheus', url: dataSource.url, jsonData: {} }]
    : [],
  '/api/search': panels ? [{ uid: 'gateway', title: 'Gateway', type: 'dash-db' }] : [],
  '/api/dashboards/uid/gateway': {
    dashboard: {
      title: 'Gateway',
      panels: panels?.map((expr, id) => ({ id, type: 'timeseries', title: expr, targets: [{ refId: 'A', expr }] })),
    },
  },
});

async function proxy(response: ServerResponse, url: string): Promise<void> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(2000) });
    response.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(await reply.text());
  } catch {
    send(response, 502, { message: 'Bad Gateway' });
  }
}

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};
