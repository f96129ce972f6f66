import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Call, Operation } from '../../../src/plan/operation.js';
import { createPlainReporter } from '../../../src/report/plain-tasks.js';

const operation = (call: Call): Operation => ({
  id: 'id',
  after: [],
  cause: 'c',
  effect: 'none',
  call,
  undo: null,
  cleanup: null,
});

const image = operation({ kind: 'image.ensure', image: 'nginx', reference: 'example/nginx:1' });
const gateway = operation({ kind: 'container.start', name: 'shop-gateway-1' });
const waiting = operation({
  kind: 'container.wait',
  name: 'shop-gateway-1',
  readiness: { port: 1, path: '/', timeout: 1 },
  ownHealthcheck: true,
});

test('a line for what was done, with its time; more only for what takes long', async () => {
  const stream = new PassThrough({ encoding: 'utf8' });
  const reporter = createPlainReporter(stream);
  const events = reporter.begin({ project: 'shop', operations: [image, gateway, waiting], rollouts: [] });
  events.started(image);
  events.progress(image, 'unpacking 43 packages');
  events.finished(image, 7040);
  events.started(gateway);
  events.finished(gateway, 120);
  events.started(waiting);
  events.progress(waiting, 'waiting for /healthz');
  events.failed(waiting, new Error('it ended'));
  events.undoing(gateway, { kind: 'container.stop', name: 'shop-gateway-1' });
  await reporter.end();
  expect(stream.read()).toBe(
    [
      '  … getting image example/nginx:1',
      '    unpacking 43 packages',
      '  ✓ got image example/nginx:1 (7.0 s)',
      '  ✓ started shop-gateway-1 (0.1 s)',
      '  ✗ failed: waiting for shop-gateway-1',
      '  ↺ taking back: stopping shop-gateway-1',
      '',
    ].join('\n'),
  );
});
