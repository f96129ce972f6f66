import type { GrafanaStandIn } from '../support/grafana.js';
import { all, edit, type SabotageCase } from '../support/sabotage-case.js';
import type { StudentStack } from '../support/student-stack.js';

const STATUS_LOCATION = 'location /nginx_status {\n            stub_status;\n        }';
const SCRAPE_URI = 'http://nginx:8081/nginx_status';

const prometheusConfig = ({ job = 'nginx', target = 'exporter:9113' } = {}): string => `
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: ${job}
    static_configs:
      - targets: ['${target}']
`;

const monitored =
  (
    config: Parameters<typeof prometheusConfig>[0] = {},
    scrapeUri: string | null = SCRAPE_URI,
  ): SabotageCase['change'] =>
  (stack: StudentStack) => ({
    ...stack,
    exporter: scrapeUri === null ? null : { scrapeUri },
    prometheus: { config: prometheusConfig(config) },
  });

const ALL_RIGHT = { 'exporter.live': 'pass', 'prometheus.live': 'pass', 'metrics.flow': 'pass' } as const;

const ACCOUNT = { user: 'admin', password: 'admin' };
const PANELS = ['rate(nginx_http_requests_total[1m])', 'nginx_up'];

/** Everything with Grafana in front. */
const watched = (
  change: (grafana: GrafanaStandIn) => Partial<GrafanaStandIn> = () => ({}),
  account: typeof ACCOUNT = ACCOUNT,
): SabotageCase['change'] =>
  all(monitored(), (stack) => {
    const dataSource = { uid: 'prometheus', url: `http://127.0.0.1:${stack.ports.prometheus}` };
    const grafana = { ...account, dataSource, panels: PANELS };
    return {
      ...stack,
      grafana: { ...grafana, ...change(grafana) },
      promise: { ...stack.promise, grafana: { url: `http://127.0.0.1:${stack.ports.grafana}`, ...account } },
    };
  });

export const MONITORING_CASES: SabotageCase[] = [
  {
    id: 'metrics-right',
    kind: 'variant',
    what: 'exporter and Prometheus as they should be, their ports published on 127.0.0.1',
    change: monitored(),
    expect: { ...ALL_RIGHT, 'entry.ports': 'pass' },
  },
  {
    id: 'metrics-other-job',
    kind: 'variant',
    what: 'another name for the job',
    change: monitored({ job: 'the-gateway' }),
    expect: ALL_RIGHT,
  },
  {
    id: 'metrics-no-exporter',
    kind: 'sabotage',
    what: 'no exporter runs',
    change: monitored({}, null),
    expect: { 'metrics.flow': 'fail' },
  },
  {
    id: 'metrics-wrong-uri',
    kind: 'sabotage',
    what: 'the exporter asks for a path that there is not',
    change: monitored({}, 'http://nginx:8081/no-such-path'),
    expect: { 'exporter.live': 'fail', 'metrics.flow': 'fail' },
  },
  {
    id: 'metrics-wrong-subnet',
    kind: 'sabotage',
    what: 'the status page is for a subnet that the exporter is not in',
    change: all(
      monitored(),
      edit([STATUS_LOCATION, 'location /nginx_status { stub_status; allow 203.0.113.0/24; deny all; }']),
    ),
    expect: { 'exporter.live': 'fail', 'metrics.flow': 'fail' },
  },
  {
    id: 'metrics-wrong-target',
    kind: 'sabotage',
    what: 'Prometheus asks the exporter at another port',
    change: monitored({ target: 'exporter:9114' }),
    expect: { 'prometheus.live': 'fail', 'metrics.flow': 'fail', 'exporter.live': 'pass' },
  },
  {
    id: 'metrics-frozen',
    kind: 'sabotage',
    what: 'Prometheus scrapes a page that never changes',
    change: all(
      monitored({ target: 'nginx:8081' }),
      edit([
        STATUS_LOCATION,
        `${STATUS_LOCATION}\n        location = /metrics { default_type text/plain; return 200 "nginx_up 1\\nnginx_http_requests_total 4711\\n"; }`,
      ]),
    ),
    expect: { 'metrics.flow': 'fail', 'prometheus.live': 'pass' },
  },
  {
    id: 'metrics-made-up',
    kind: 'sabotage',
    what: 'Prometheus scrapes itself only',
    change: monitored({ target: '127.0.0.1:9090' }),
    expect: { 'metrics.flow': 'fail', 'prometheus.live': 'pass' },
  },
  {
    id: 'grafana-right',
    kind: 'variant',
    what: 'a data source and panels with data',
    change: watched(),
    expect: { 'grafana.live': 'pass' },
  },
  {
    id: 'grafana-other-uid',
    kind: 'variant',
    what: 'a uid that Grafana chose itself',
    change: watched(({ dataSource }) => ({ dataSource: dataSource && { ...dataSource, uid: 'PBFA97CFB590B2093' } })),
    expect: { 'grafana.live': 'pass' },
  },
  {
    id: 'grafana-other-password',
    kind: 'variant',
    what: 'another account than admin, as verify was told',
    change: watched(undefined, { user: 'ana', password: 'another-password' }),
    expect: { 'grafana.live': 'pass' },
  },
  {
    id: 'grafana-no-data-source',
    kind: 'sabotage',
    what: 'no data source',
    change: watched(() => ({ dataSource: null })),
    expect: { 'grafana.live': 'fail' },
  },
  {
    id: 'grafana-wrong-url',
    kind: 'sabotage',
    what: 'the data source has a URL where nobody answers',
    change: watched(() => ({ dataSource: { uid: 'prometheus', url: 'http://127.0.0.1:9' } })),
    expect: { 'grafana.live': 'fail' },
  },
  {
    id: 'grafana-empty-panels',
    kind: 'sabotage',
    what: 'panels that ask for metrics that nobody has',
    change: watched(() => ({ panels: ['no_such_metric', 'rate(no_such_counter_total[1m])'] })),
    expect: { 'grafana.live': 'fail' },
  },
  {
    id: 'grafana-no-dashboard',
    kind: 'sabotage',
    what: 'no dashboard',
    change: watched(() => ({ panels: null })),
    expect: { 'grafana.live': 'fail' },
  },
];
