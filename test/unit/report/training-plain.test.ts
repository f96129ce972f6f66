import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createPlainTrainingReporter } from '../../../src/report/training-plain.js';

test('a line for each thing that happens, with how far it is where that is known', async () => {
  const stream = new PassThrough({ encoding: 'utf8' });
  const { events, end } = createPlainTrainingReporter(stream);
  events.started('ship');
  events.progress('ship', 'chose 3 features');
  events.progress('ship', 'epoch 1 of 3', 1 / 3);
  events.finished('ship', 'saw all 9 rows');
  await end();
  const lines = String(stream.read())
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\[ +\d+\.\d s\] /, ''));
  expect(lines).toEqual([
    '… fit the model to be shipped',
    '  fit the model to be shipped: chose 3 features',
    '  fit the model to be shipped: epoch 1 of 3 (33 %)',
    '✓ fit the model to be shipped: saw all 9 rows',
  ]);
});
