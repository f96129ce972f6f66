import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { DashboardBuilder, RowBuilder, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { graph, stat, table } from './panels.js';

/** How fast a counter grows, by some of its labels; Grafana chooses how far back to look. */
const rate = (counter: string, by?: string): string =>
  `sum${by === undefined ? '' : ` by (${by})`} (rate(${counter}[$__rate_interval]))`;

const quantile = (part: number, histogram: string, by = ''): string =>
  `histogram_quantile(${part}, ${rate(`${histogram}_bucket`, [by, 'le'].filter(Boolean).join(', '))})`;

/** p50, p95 and p99 of a histogram. */
const quantiles = (histogram: string, by = ''): Record<string, string> =>
  Object.fromEntries(
    [50, 95, 99].map((part) => [`${by ? `{{${by}}} ` : ''}p${part}`, quantile(part / 100, histogram, by)]),
  );

const REQUESTS = 'fortress_gateway_requests_total';
/** What reached an API. */
const ASKED = `${REQUESTS}{arm!="none"}`;
const ERRORS = `${REQUESTS}{arm!="none",status=~"5..",status!="503"}`;
const UPSTREAM = 'fortress_gateway_upstream_duration_seconds';

const GATEWAY: Builder<Panel>[] = [
  stat({
    title: 'Gateway up',
    description: '1 while it answers Prometheus.',
    unit: units.Short,
    width: 4,
    alarm: { below: 1 },
    queries: { gateway: 'up{job="gateway"}' },
  }),
  stat({
    title: 'Requests per second',
    description: 'All that clients ask, also what is turned away.',
    unit: units.RequestsPerSecond,
    width: 4,
    queries: { requests: 'job:fortress_gateway_requests:rate' },
  }),
  stat({
    title: 'Time of requests, p99',
    description: 'From the first byte of a request to the last of its answer; a slow client makes it long.',
    unit: units.Seconds,
    width: 4,
    alarm: { from: 1 },
    queries: { p99: quantile(0.99, 'fortress_gateway_request_duration_seconds') },
  }),
  stat({
    title: 'Active connections',
    description: 'Open client connections.',
    unit: units.Short,
    width: 4,
    queries: { active: 'nginx_connections_active' },
  }),
  stat({
    title: 'Targets up',
    description: 'Of all that Prometheus asks: gateway, exporter, every replica, itself.',
    unit: units.PercentUnit,
    width: 4,
    alarm: { below: 1 },
    queries: { up: 'avg(up)' },
  }),
  stat({
    title: 'Alerts',
    description: 'That fire now; Prometheus lists them at /alerts.',
    unit: units.Short,
    width: 4,
    alarm: { from: 1 },
    queries: { firing: 'sum(ALERTS{alertstate="firing"}) or vector(0)' },
  }),
  graph({
    title: 'Requests per second by status',
    description: 'What clients get. 499: a client did not wait for the answer.',
    unit: units.RequestsPerSecond,
    width: 12,
    stacked: true,
    queries: { '{{status}}': rate(REQUESTS, 'status') },
  }),
  graph({
    title: 'Time of requests',
    description: 'Of all requests, with what their clients took to send and to read.',
    unit: units.Seconds,
    width: 12,
    queries: quantiles('fortress_gateway_request_duration_seconds'),
  }),
  graph({
    title: 'Connections by state',
    description: 'reading: a request; writing: an answer, or waiting for one; waiting: kept alive.',
    unit: units.Short,
    width: 12,
    queries: {
      reading: 'nginx_connections_reading',
      writing: 'nginx_connections_writing',
      waiting: 'nginx_connections_waiting',
    },
  }),
  graph({
    title: 'Connections accepted and handled per second',
    description: 'The two differ when a limit of the gateway is reached.',
    unit: units.OpsPerSecond,
    width: 12,
    queries: {
      accepted: 'rate(nginx_connections_accepted[$__rate_interval])',
      handled: 'rate(nginx_connections_handled[$__rate_interval])',
    },
  }),
];

const APIS: Builder<Panel>[] = [
  stat({
    title: 'Replicas up',
    description: 'Replicas of each API that answer Prometheus.',
    unit: units.Short,
    width: 8,
    alarm: { below: 1 },
    queries: { '{{arm}}': 'sum by (arm) (up{job="api"})' },
  }),
  table('replicas', {
    title: 'Models',
    description: 'What is served, and by how many replicas.',
    unit: units.Short,
    width: 16,
    queries: { '': 'count by (arm, name, kind, sha256) (fortress_model_info)' },
  }),
  graph({
    title: 'Requests per second by replica',
    description: 'Even lines are an even balance.',
    unit: units.RequestsPerSecond,
    width: 8,
    queries: { '{{replica}}': 'sum by (replica) (replica:fortress_gateway_requests:rate)' },
  }),
  graph({
    title: 'Time by replica, p99',
    description: 'As the gateway sees it, until the end of the answer.',
    unit: units.Seconds,
    width: 8,
    queries: { '{{replica}}': quantile(0.99, UPSTREAM, 'replica') },
  }),
  graph({
    title: 'Failures taken over per second, by replica',
    description: 'Requests that a replica failed and another one answered: clients saw nothing of it.',
    unit: units.RequestsPerSecond,
    width: 8,
    queries: { '{{replica}}': rate('fortress_gateway_retries_total', 'replica') },
  }),
  graph({
    title: 'Time of the model',
    description: 'One run of the model, for all texts of its batch.',
    unit: units.Seconds,
    width: 8,
    queries: quantiles('fortress_inference_duration_seconds', 'arm'),
  }),
  graph({
    title: 'Texts per run of the model',
    description: 'Mean; above 1 when requests come so close together that they share a run.',
    unit: units.Short,
    width: 8,
    queries: {
      '{{arm}}': `${rate('fortress_inference_batch_size_sum', 'arm')} / ${rate('fortress_inference_batch_size_count', 'arm')}`,
    },
  }),
  graph({
    title: 'Answers per second by API and status',
    description: 'As the APIs count them, their health checks left out.',
    unit: units.RequestsPerSecond,
    width: 8,
    queries: {
      '{{arm}} {{status}}': rate(
        'fortress_http_request_duration_seconds_count{route!~"/health|/ready|/metrics"}',
        'arm, status',
      ),
    },
  }),
  graph({
    title: 'CPU by replica',
    description: '1 is one core.',
    unit: units.Short,
    width: 8,
    queries: { '{{replica}}': 'rate(process_cpu_seconds_total{job="api"}[$__rate_interval])' },
  }),
  graph({
    title: 'Memory by replica',
    description: 'Resident set.',
    unit: units.BytesIEC,
    width: 8,
    queries: { '{{replica}}': 'process_resident_memory_bytes{job="api"}' },
  }),
  graph({
    title: 'Delay of the event loop by replica, p99',
    description: 'How long other requests wait for what a replica is at.',
    unit: units.Seconds,
    width: 8,
    queries: { '{{replica}}': 'nodejs_eventloop_lag_p99_seconds{job="api"}' },
  }),
];

const ARMS: Builder<Panel>[] = [
  graph({
    title: 'Requests per second by API',
    description: 'What the routes send where; 503 and other errors of the APIs count, too.',
    unit: units.RequestsPerSecond,
    width: 8,
    queries: { '{{arm}}': rate(ASKED, 'arm') },
  }),
  graph({
    title: 'Share of each API',
    description: 'Of all requests that reach one.',
    unit: units.PercentUnit,
    width: 8,
    stacked: true,
    queries: { '{{arm}}': `${rate(ASKED, 'arm')} / scalar(${rate(ASKED)})` },
  }),
  graph({
    title: 'Errors by API',
    description: 'The part of its requests that end with a 5xx other than 503.',
    unit: units.PercentUnit,
    width: 8,
    queries: { '{{arm}}': `${rate(ERRORS, 'arm')} / ${rate(ASKED, 'arm')}` },
  }),
  graph({
    title: 'Time by API',
    description: 'As the gateway sees it, until the end of the answer; slow clients do not count.',
    unit: units.Seconds,
    width: 12,
    queries: quantiles(UPSTREAM, 'arm'),
  }),
  graph({
    title: 'Predictions per second by label and API',
    description:
      'Another mix than yesterday means other texts than yesterday; another mix than the other API, another model.',
    unit: units.Short,
    width: 12,
    stacked: true,
    queries: { '{{arm}} {{label}}': rate('fortress_predictions_total', 'arm, label') },
  }),
];

const LIMITS: Builder<Panel>[] = [
  graph({
    title: 'Turned away',
    description: 'The part of all requests that get 429 or 503, from the gateway or from an API.',
    unit: units.PercentUnit,
    width: 8,
    queries: { 'turned away': 'job:fortress_gateway_turned_away:ratio' },
  }),
  graph({
    title: 'Rate limit',
    description: 'Requests per second that it let pass and that it rejected.',
    unit: units.RequestsPerSecond,
    width: 8,
    queries: { '{{outcome}}': rate('fortress_gateway_rate_limit_total', 'outcome') },
  }),
  graph({
    title: 'Answers of the gateway itself, per second',
    description: 'What no API was asked for: 401 no password, 404 no such path, 413 too large, 429 or 503 too many.',
    unit: units.RequestsPerSecond,
    width: 8,
    queries: { '{{status}}': rate(`${REQUESTS}{arm="none"}`, 'status') },
  }),
  graph({
    title: 'Wrong passwords per minute',
    description:
      'checked: looked at and wrong, 401. turned_away: not looked at, 429, because too many wrong ones came from that address.',
    unit: units.Short,
    width: 8,
    queries: { '{{outcome}}': `60 * ${rate('fortress_gateway_wrong_passwords_total', 'outcome')}` },
  }),
  graph({
    title: 'Queue by replica',
    description:
      'Texts that wait or are being classified, as a part of how many may. At 100 % requests are turned away.',
    unit: units.PercentUnit,
    width: 8,
    queries: { '{{replica}}': 'fortress_pending_texts / fortress_pending_texts_limit' },
  }),
  graph({
    title: 'Turned away by an API, per second',
    description: 'With 503, because it had too much to do.',
    unit: units.RequestsPerSecond,
    width: 8,
    queries: { '{{arm}}': rate('fortress_rejected_requests_total', 'arm') },
  }),
];

const CERTIFICATES: Builder<Panel>[] = [
  stat({
    title: 'Certificate valid for',
    description: 'The one that the gateway serves.',
    unit: units.Days,
    width: 4,
    queries: { days: 'fortress_gateway_certificate_expiry:days' },
  }),
  stat({
    title: 'Renewal due in',
    description: 'From then on `fortress up` renews it, or a person has to; below 0 there is an alarm.',
    unit: units.Days,
    width: 4,
    alarm: { below: 0 },
    queries: { days: 'fortress_gateway_certificate_renewal:days' },
  }),
  stat({
    title: 'Certificate expires',
    description: 'The one that the gateway serves.',
    unit: units.DatetimeISO,
    width: 4,
    queries: { expires: 'fortress_gateway_certificate_expiry_timestamp_seconds * 1000' },
  }),
  graph({
    title: 'TLS connections per second',
    description: 'On which a request came. A new session costs the gateway a whole handshake, a resumed one less.',
    unit: units.OpsPerSecond,
    width: 12,
    stacked: true,
    queries: { '{{protocol}} {{session}}': rate('fortress_gateway_tls_connections_total', 'protocol, session') },
  }),
];

const ROWS: [title: string, panels: Builder<Panel>[]][] = [
  ['Gateway', GATEWAY],
  ['APIs', APIS],
  ['A/B arms', ARMS],
  ['Limits', LIMITS],
  ['Certificates', CERTIFICATES],
];

/**
 * The dashboard as Grafana reads it.
 * @param title may hold tags of the template language
 * @returns JSON
 */
export function gatewayDashboard(title: string): string {
  const builder = new DashboardBuilder(title)
    .uid('fortress-gateway')
    .tags(['fortress'])
    .readonly()
    .refresh('5s')
    .time({ from: 'now-15m', to: 'now' });
  for (const [row, panels] of ROWS) {
    builder.withRow(new RowBuilder(row));
    for (const panel of panels) builder.withPanel(panel);
  }
  const dashboard = builder.build();
  const panels = dashboard.panels?.map((panel, index) => ({ ...panel, id: index + 1 }));
  return `${JSON.stringify({ ...dashboard, panels }, null, 2)}\n`;
}
