import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLogStream } from '../../../src/server/log-stream.js';

test('lines of one moment are written together, in order, soon', async () => {
  const written: string[] = [];
  const stream = createLogStream((text) => written.push(text));
  stream.write('a\n');
  stream.write('b\n');
  expect(written).toEqual([]);
  await sleep(60);
  expect(written).toEqual(['a\nb\n']);
  stream.write('c\n');
  await sleep(60);
  expect(written).toEqual(['a\nb\n', 'c\n']);
});

test('what waits can be written at once, and then only once', async () => {
  const written: string[] = [];
  const stream = createLogStream((text) => written.push(text));
  stream.write('a\n');
  stream.flush();
  stream.flush();
  await sleep(60);
  expect(written).toEqual(['a\n']);
});
