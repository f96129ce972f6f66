import { expect, test, vi } from 'vitest';
import { createRegistry, watchProcess, watchRuns } from '../../../src/server/metrics.js';
import { createApp } from './create-app.js';

const predict = (payload: object) => ({ method: 'POST', url: '/predict', payload }) as const;

test('tells about requests, predictions and the model; a route has one series, whatever the method', async () => {
  const { app, classifier } = await createApp({ apiVersion: 'v2', modelName: 'emotions' });
  await app.inject(predict({ sentence: 'I love you so much!' }));
  await app.inject(predict({ sentences: ['I love you so much!', 'so sad and lonely today'] }));
  await app.inject(predict({}));
  await app.inject('/nope');
  await app.inject('/another');
  await app.inject('/%E0%A4%A');
  await app.inject('/docs');
  await app.inject({ method: 'HEAD', url: '/docs' });
  const response = await app.inject('/metrics');
  expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = response.body.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'fortress_http_request_duration_seconds_count{route="/predict",status="200",version="v2"} 2',
      'fortress_http_request_duration_seconds_count{route="/predict",status="422",version="v2"} 1',
      'fortress_http_request_duration_seconds_count{route="none",status="404",version="v2"} 2',
      'fortress_http_request_duration_seconds_count{route="none",status="400",version="v2"} 1',
      'fortress_http_request_duration_seconds_count{route="/docs",status="200",version="v2"} 2',
      'fortress_predictions_total{label="love",version="v2"} 2',
      'fortress_predictions_total{label="sadness",version="v2"} 1',
      'fortress_predictions_total{label="anger",version="v2"} 0',
      `fortress_model_info{name="emotions",kind="features",sha256="${classifier.model.sha256}",version="v2"} 1`,
      'fortress_pending_texts_limit{version="v2"} 512',
    ]),
  );
  const series = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(' ')[0]);
  expect(new Set(series).size).toBe(series.length);
});

test('runs of the graph: their time and the texts in each', async () => {
  const register = createRegistry({ apiVersion: 'v1' });
  const onRun = watchRuns(register);
  onRun(1, 0.0004);
  onRun(8, 0.002);
  const text = await register.metrics();
  expect(text).toContain('fortress_inference_batch_size_sum{version="v1"} 9');
  expect(text).toContain('fortress_inference_batch_size_bucket{le="4",version="v1"} 1');
  expect(text).toContain('fortress_inference_duration_seconds_bucket{le="0.0005",version="v1"} 1');
  expect(text).toContain('fortress_inference_duration_seconds_count{version="v1"} 2');
});

test('the process: CPU, memory, delay of the event loop', async () => {
  const register = createRegistry({ apiVersion: 'v1' });
  watchProcess(register);
  const text = await register.metrics();
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
    expect(text).toMatch(new RegExp(`^${name}\\{version="v1"\\} `, 'm'));
});

test('what is not HTTP is counted apart', async () => {
  const { app } = await createApp();
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const { connect } = await import('node:net');
  connect(Number(url.port), url.hostname).end('NONSENSE\r\n\r\n');
  await vi.waitFor(async () =>
    expect((await app.inject('/metrics')).body).toContain('fortress_unparsable_requests_total{version="v1"} 1'),
  );
});
