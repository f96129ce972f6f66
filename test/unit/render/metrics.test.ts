import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/package-root.js';

// The gateway's own JavaScript, in Node instead of nginx.

interface Metrics {
  count(request: { variables: Record<string, string> }): string;
  show(request: object): void;
}

const file = pathToFileURL(join(packageRoot(), 'templates/nginx/metrics.js')).href;
const { default: metrics } = (await import(file)) as { default: Metrics };

/** A shared dictionary of numbers. */
const counts = new Map<string, number>();
const requests = {
  incr: (key: string, delta: number, init: number): void => void counts.set(key, (counts.get(key) ?? init) + delta),
  items: (): [string, number][] => [...counts],
};
Object.assign(globalThis, { ngx: { shared: { requests } } });

const REPLICAS: Record<string, string> = {
  '10.200.4.10:8000': 'v1 api-v1-1',
  '10.200.4.11:8000': 'v1 api-v1-2',
  api_v1: 'v1 none',
};

/** Counts a request with nginx' variables about it. */
function count(variables: Record<string, string>): string {
  const own: Record<string, string> = { request_time: '0.000', connection_requests: '2', ...variables };
  Object.defineProperty(own, 'asked_replica', { get: () => REPLICAS[own['asked_address'] ?? ''] ?? 'none none' });
  return metrics.count({ variables: own });
}

/** What Prometheus reads: the value of each series that is not 0. */
function shown(): Record<string, number> {
  return Object.fromEntries(
    page()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))] as const)
      .filter(([, value]) => value !== 0),
  );
}

function page(): string {
  let text = '';
  metrics.show({
    variables: { serving_replicas: 'v1 api-v1-1, v1 api-v1-2', certificate_expiry: '1798199999' },
    headersOut: {},
    return: (_status: number, body: string) => (text = body),
  });
  return text;
}

const expiry = { fortress_gateway_certificate_expiry_timestamp_seconds: 1798199999 };

beforeEach(() => counts.clear());

test('what one replica answered: by replica and status, with the time of the request and of the replica', () => {
  const log = count({
    upstream_addr: '10.200.4.11:8000',
    upstream_response_time: '0.003',
    request_time: '1.004',
    status: '200',
    limit_req_status: 'PASSED',
  });
  expect(log).toBe('');
  const series = shown();
  const replica = 'arm="v1",replica="api-v1-2"';
  expect(series).toMatchObject({
    [`fortress_gateway_requests_total{${replica},status="200"}`]: 1,
    'fortress_gateway_rate_limit_total{outcome="passed"}': 1,
    fortress_gateway_request_duration_seconds_sum: 1.004,
    fortress_gateway_request_duration_seconds_count: 1,
    [`fortress_gateway_upstream_duration_seconds_sum{${replica}}`]: 0.003,
    [`fortress_gateway_upstream_duration_seconds_count{${replica}}`]: 1,
    ...expiry,
  });
  const buckets = Object.keys(series).filter((name) => name.startsWith('fortress_gateway_upstream_duration_seconds_b'));
  expect(buckets[0]).toContain('le="0.005"');
  expect(buckets.at(-1)).toContain('le="+Inf"');
  expect(buckets).toHaveLength(12);
  expect(series).not.toHaveProperty(['fortress_gateway_request_duration_seconds_bucket{le="1"}']);
  expect(series).toHaveProperty(['fortress_gateway_request_duration_seconds_bucket{le="2.5"}'], 1);
});

test('a replica that fails and the one that takes over have each their own time; the request is that of the last', () => {
  count({
    upstream_addr: '10.200.4.10:8000, 10.200.4.11:8000',
    upstream_response_time: '1.001, 0.002',
    status: '200',
  });
  expect(shown()).toMatchObject({
    'fortress_gateway_retries_total{arm="v1",replica="api-v1-1"}': 1,
    'fortress_gateway_requests_total{arm="v1",replica="api-v1-2",status="200"}': 1,
    'fortress_gateway_upstream_duration_seconds_sum{arm="v1",replica="api-v1-1"}': 1.001,
    'fortress_gateway_upstream_duration_seconds_sum{arm="v1",replica="api-v1-2"}': 0.002,
    // A bucket takes what is as long as its bound.
    'fortress_gateway_upstream_duration_seconds_bucket{arm="v1",replica="api-v1-2",le="0.002"}': 1,
  });
  expect(shown()).not.toHaveProperty(['fortress_gateway_requests_total{arm="v1",replica="api-v1-1",status="200"}']);
});

test('an API without a replica to ask is named all the same', () => {
  count({ upstream_addr: 'api_v1', upstream_response_time: '-', status: '502' });
  expect(shown()).toMatchObject({
    'fortress_gateway_requests_total{arm="v1",replica="none",status="502"}': 1,
    'fortress_gateway_upstream_duration_seconds_count{arm="v1",replica="none"}': 1,
  });
});

test('an API that is asked at an address of nobody’s, as of a Kubernetes Service, is named as well', () => {
  count({ upstream_addr: '10.96.0.7:8000', upstream_response_time: '0.002', status: '200', api: 'api_v1' });
  expect(shown()).toMatchObject({
    'fortress_gateway_requests_total{arm="v1",replica="none",status="200"}': 1,
  });
});

test.each<[string, { status: string; limit_req_status?: string }]>([
  ['no password', { status: '401', limit_req_status: 'PASSED' }],
  ['too many', { status: '503', limit_req_status: 'REJECTED' }],
  ['not HTTP', { status: '400' }],
])('what no API was asked for has no arm and no time of a replica: %s', (_what, variables) => {
  count({ ...variables });
  const series = shown();
  expect(series).toHaveProperty(
    [`fortress_gateway_requests_total{arm="none",replica="none",status="${variables.status}"}`],
    1,
  );
  expect(Object.keys(series).filter((name) => name.includes('upstream'))).toEqual([]);
  const limits = Object.keys(series).filter((name) => name.includes('rate_limit'));
  const outcome = variables.limit_req_status?.toLowerCase();
  expect(limits).toEqual(outcome === undefined ? [] : [`fortress_gateway_rate_limit_total{outcome="${outcome}"}`]);
});

test.each<[string, Record<string, string>, string[]]>([
  ['that was looked at', { status: '401', http_authorization: 'Basic eDp5' }, ['checked']],
  ['after too many', { status: '429', http_authorization: 'Basic eDp5', limit_req_status: 'PASSED' }, ['turned_away']],
  ['without the rate limit', { status: '429', http_authorization: 'Basic eDp5' }, ['turned_away']],
  ['none at all', { status: '401' }, []],
  [
    'which the rate limit spared a look',
    { status: '429', http_authorization: 'Basic eDp5', limit_req_status: 'REJECTED' },
    [],
  ],
  ['that was right, at no path', { status: '404', http_authorization: 'Basic eDp5' }, []],
  [
    'that was right, and an API says 401',
    {
      status: '401',
      http_authorization: 'Basic eDp5',
      upstream_addr: '10.200.4.10:8000',
      upstream_response_time: '0.001',
    },
    [],
  ],
])('a wrong password counts by what became of it: %s', (_what, variables, outcomes) => {
  count(variables);
  const wrong = Object.keys(shown()).filter((name) => name.includes('wrong_passwords'));
  expect(wrong).toEqual(outcomes.map((outcome) => `fortress_gateway_wrong_passwords_total{outcome="${outcome}"}`));
});

test('a TLS connection counts with its first request, new or resumed', () => {
  const tls = { status: '200', ssl_protocol: 'TLSv1.3' };
  count({ ...tls, connection_requests: '1', ssl_session_reused: '.' });
  count({ ...tls, connection_requests: '2', ssl_session_reused: '.' });
  count({ ...tls, connection_requests: '1', ssl_session_reused: 'r' });
  count({ status: '308', connection_requests: '1' });
  const connections = Object.entries(shown()).filter(([name]) => name.includes('_tls_'));
  expect(connections).toEqual([
    ['fortress_gateway_tls_connections_total{protocol="TLSv1.3",session="new"}', 1],
    ['fortress_gateway_tls_connections_total{protocol="TLSv1.3",session="resumed"}', 1],
  ]);
});

describe('the page', () => {
  test('shows what has not happened yet as 0, so that the first time is a rise', () => {
    const lines = page().split('\n');
    for (const replica of ['arm="v1",replica="api-v1-1"', 'arm="none",replica="none"']) {
      expect(lines).toContain(`fortress_gateway_requests_total{${replica},status="503"} 0`);
    }
    expect(lines).toContain('fortress_gateway_retries_total{arm="v1",replica="api-v1-2"} 0');
    expect(lines).toContain('fortress_gateway_rate_limit_total{outcome="rejected"} 0');
    expect(lines).toContain('fortress_gateway_upstream_duration_seconds_count{arm="v1",replica="api-v1-2"} 0');
  });

  test('keeps what replicas did that serve no more', () => {
    REPLICAS['10.200.4.12:8000'] = 'v1 api-v1-3';
    count({ upstream_addr: '10.200.4.12:8000', upstream_response_time: '0.001', status: '200' });
    expect(shown()).toHaveProperty(
      ['fortress_gateway_upstream_duration_seconds_count{arm="v1",replica="api-v1-3"}'],
      1,
    );
  });

  test('has no series twice, and each right behind the type of its metric', () => {
    count({ upstream_addr: '10.200.4.10:8000', upstream_response_time: '0.001', status: '200' });
    count({ status: '401' });
    const lines = page().trimEnd().split('\n');
    const series = lines.filter((line) => !line.startsWith('#')).map((line) => line.replace(/ \S+$/, ''));
    expect(new Set(series).size).toBe(series.length);
    let metric = '';
    const strangers = lines.filter((line) => {
      metric = /^# TYPE (\w+)/.exec(line)?.[1] ?? metric;
      return !line.startsWith('#') && !RegExp(`^${metric}(?:_bucket|_sum|_count)?[{ ]`).test(line);
    });
    expect(strangers).toEqual([]);
  });
});

test('when nobody has said when the certificate expires, nothing is said of it', () => {
  let text = '';
  metrics.show({
    variables: { serving_replicas: 'v1 api-v1-1' },
    headersOut: {},
    return: (_status: number, body: string) => (text = body),
  });
  expect(text).toContain('fortress_gateway_requests_total');
  expect(text).not.toContain('certificate');
});
