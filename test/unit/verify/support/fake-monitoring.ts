import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { basicToken } from '../../../../src/verify/masking.js';
import type { TargetSpec } from '../../../../src/verify/target.js';
import { listen } from './listen.js';

export interface MonitoringFaults {
  exporter?: 'nginx is down' | 'not an exporter';
  prometheus?:
    | 'frozen'
    | 'target down'
    | 'no targets'
    | 'not ready'
    | 'no counter'
    | 'nginx is not up'
    | 'replica missing'
    | 'replica down'
    | 'replica gone'
    | 'arms mixed up'
    | 'not our API';
  grafana?:
    | 'no data source'
    | 'other Prometheus'
    | 'no dashboard'
    | 'empty panels'
    | 'one empty panel'
    | 'other password'
    | 'unhealthy'
    | 'provisioned late';
}

export interface FakeMonitoring {
  spec: Pick<TargetSpec, 'exporter' | 'prometheus' | 'grafana'>;
  close(): Promise<void>;
}

const INTERVAL = 0.2;
/** In seconds, as the interval; a fake discovers at once, but only a wait shows that a check waits. */
const DISCOVERY = 1;
const GRAFANA = { user: 'viewer', password: 'grafana-password' };

/** Looks at each thing until it is there, where Grafana provisions late. */
const LATE = 3;

/** Exporter, Prometheus and Grafana in miniature; `handled` is what the exporter reads from the gateway. */
export async function startMonitoring(handled: () => number, faults: MonitoringFaults = {}): Promise<FakeMonitoring> {
  let scraped = handled();
  const scrape = setInterval(() => {
    if (faults.prometheus !== 'frozen') scraped = handled();
  }, INTERVAL * 1000);
  const exporter = await listen(createServer((_request, response) => send(response, 200, metrics(faults, handled()))));
  const prometheus = await listen(
    createServer((request, response) => answerPrometheus(request, response, faults, scraped)),
  );
  const looks = new Map<string, number>();
  const isThere = (thing: string): boolean => {
    looks.set(thing, (looks.get(thing) ?? 0) + 1);
    return faults.grafana !== 'provisioned late' || (looks.get(thing) ?? 0) > LATE;
  };
  const grafana = await listen(
    createServer((request, response) => answerGrafana(request, response, { ...faults, isThere }, scraped)),
  );
  return {
    spec: {
      exporter: `http://127.0.0.1:${exporter.port}`,
      prometheus: {
        url: `http://127.0.0.1:${prometheus.port}`,
        scrapeIntervalSeconds: INTERVAL,
        discoverySeconds: DISCOVERY,
      },
      grafana: { url: `http://127.0.0.1:${grafana.port}`, ...GRAFANA },
    },
    close: async () => {
      clearInterval(scrape);
      await Promise.all([exporter.close(), prometheus.close(), grafana.close()]);
    },
  };
}

function metrics({ exporter }: MonitoringFaults, handled: number): string {
  if (exporter === 'not an exporter') return '<html>It works!</html>';
  return `# TYPE nginx_up gauge\nnginx_up ${exporter === 'nginx is down' ? 0 : 1}\nnginx_http_requests_total ${handled}\n`;
}

function answerPrometheus(
  request: IncomingMessage,
  response: ServerResponse,
  faults: MonitoringFaults,
  scraped: number,
): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://prometheus');
  if (pathname === '/-/ready') return send(response, faults.prometheus === 'not ready' ? 503 : 200, 'Ready.');
  if (pathname === '/api/v1/targets')
    return sendJson(response, { status: 'success', data: { activeTargets: targets(faults) } });
  if (pathname === '/api/v1/query')
    return sendJson(response, vector(searchParams.get('query') ?? '', scraped, 1700, faults));
  return send(response, 404);
}

const scrapeTarget = (host: string, labels: Record<string, string>, isDown: boolean): object => ({
  scrapeUrl: `http://${host}/metrics`,
  labels,
  health: isDown ? 'down' : 'up',
  lastScrape: new Date().toISOString(),
  lastError: isDown ? 'connection refused' : '',
});

/** Name and arm of each replica that Prometheus has in its configuration. */
const replicas = ({ prometheus }: MonitoringFaults): [replica: string, arm: string][] => [
  ['api-v1-1', 'v1'],
  ...(prometheus === 'replica missing' ? [] : [['api-v1-4', 'v1'] satisfies [string, string]]),
  ['api-v2-2', 'v2'],
  ...(prometheus === 'replica gone' ? [['api-v1-9', 'v1'] satisfies [string, string]] : []),
];

const targets = (faults: MonitoringFaults): object[] =>
  faults.prometheus === 'no targets'
    ? []
    : [
        scrapeTarget('exporter:9113', { job: 'nginx' }, faults.prometheus === 'target down'),
        ...replicas(faults).map(([replica, arm], index) =>
          scrapeTarget(`10.0.0.${index}:8000`, { arm, replica }, faults.prometheus === 'replica down' && index === 1),
        ),
      ];

const identities = (faults: MonitoringFaults): object[] =>
  faults.prometheus === 'not our API'
    ? []
    : replicas(faults).map(([replica, arm]) =>
        series({ replica, arm, version: faults.prometheus === 'arms mixed up' ? 'v2' : arm }, 1),
      );

const series = (metric: Record<string, string>, value: number): object => ({
  metric,
  value: [Date.now() / 1000, String(value)],
});

function vector(query: string, scraped: number, startTime: number, faults: MonitoringFaults): object {
  const { prometheus } = faults;
  if (query.includes('$')) return { status: 'error', error: 'parse error: unexpected character: $' };
  const result = query.includes('nginx_http_requests_total')
    ? prometheus === 'no counter'
      ? []
      : [series({}, scraped)]
    : query.includes('process_start_time_seconds')
      ? [series({ job: 'prometheus' }, startTime)]
      : query.includes('nginx_up')
        ? [series({ job: 'nginx' }, prometheus === 'nginx is not up' ? 0 : 1)]
        : query === 'fortress_model_info'
          ? identities(faults)
          : [];
  return { status: 'success', data: { resultType: 'vector', result } };
}

function answerGrafana(
  request: IncomingMessage,
  response: ServerResponse,
  faults: MonitoringFaults & { isThere: (thing: string) => boolean },
  scraped: number,
): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://grafana');
  if (pathname === '/api/health')
    return faults.grafana === 'unhealthy' ? send(response, 503) : sendJson(response, { database: 'ok' });
  const password = faults.grafana === 'other password' ? 'changed' : GRAFANA.password;
  if (request.headers.authorization !== `Basic ${basicToken(GRAFANA.user, password)}`) return send(response, 401);
  const without = (fault: MonitoringFaults['grafana']): boolean =>
    faults.grafana === fault || !faults.isThere(pathname);
  if (pathname === '/api/datasources') return sendJson(response, without('no data source') ? [] : [DATA_SOURCE]);
  if (pathname === '/api/search')
    return sendJson(response, without('no dashboard') ? [] : [{ uid: 'gateway', title: 'Gateway' }]);
  if (pathname === '/api/dashboards/uid/gateway') return sendJson(response, { dashboard: dashboard(faults) });
  if (pathname === '/api/datasources/proxy/uid/prom/api/v1/query') {
    const query = searchParams.get('query') ?? '';
    const known = faults.isThere(query) ? query : 'nothing yet';
    return sendJson(response, vector(known, scraped, faults.grafana === 'other Prometheus' ? 42 : 1700, faults));
  }
  return send(response, 404);
}

const DATA_SOURCE = { uid: 'prom', type: 'prometheus', jsonData: { timeInterval: '5s' } };

const panel = (title: string, expr: string): object => ({ title, targets: [{ expr }] });

function dashboard({ grafana }: MonitoringFaults): object {
  const empty = panel('Errors', 'no_such_metric');
  if (grafana === 'empty panels') return { title: 'Gateway', panels: [empty] };
  return {
    title: 'Gateway',
    panels: [
      panel('Up', 'nginx_up'),
      { type: 'row', panels: [panel('Requests', 'rate(nginx_http_requests_total[$__rate_interval])')] },
      ...(grafana === 'one empty panel' ? [empty] : []),
    ],
  };
}

const sendJson = (response: ServerResponse, body: unknown): void => send(response, 200, JSON.stringify(body));

function send(response: ServerResponse, status: number, body = ''): void {
  response.writeHead(status).end(body);
}
