import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createHistogram } from '../../../src/server/histogram.js';

test('writes what Prometheus expects: cumulated buckets, bounds included, sum and count, by series', async () => {
  const register = new Registry();
  register.setDefaultLabels({ version: 'v1' });
  const startSeries = createHistogram(register, { name: 'took', help: 'Time', buckets: [1, 2] });
  const fast = startSeries({ route: '/a' });
  for (const value of [0.5, 1, 1.5, 9]) fast(value);
  startSeries({ route: '/b' })(2);
  expect((await register.metrics()).trim().split('\n')).toEqual([
    '# HELP took Time',
    '# TYPE took histogram',
    'took_bucket{le="1",route="/a",version="v1"} 2',
    'took_bucket{le="2",route="/a",version="v1"} 3',
    'took_bucket{le="+Inf",route="/a",version="v1"} 4',
    'took_sum{route="/a",version="v1"} 12',
    'took_count{route="/a",version="v1"} 4',
    'took_bucket{le="1",route="/b",version="v1"} 0',
    'took_bucket{le="2",route="/b",version="v1"} 1',
    'took_bucket{le="+Inf",route="/b",version="v1"} 1',
    'took_sum{route="/b",version="v1"} 2',
    'took_count{route="/b",version="v1"} 1',
  ]);
});
