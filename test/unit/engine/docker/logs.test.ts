import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { demultiplex, lastLogLines, streamLogs } from '../../../../src/engine/docker/logs.js';
import { fakeEngine, frame } from './fake-engine.js';

describe('demultiplex', () => {
  test('joins the frames of both streams in their order', () => {
    expect(demultiplex(Buffer.concat([frame('out '), frame('err ', 2), frame('out again')]))).toBe('out err out again');
  });

  test('keeps a letter that two frames share', () => {
    const bytes = Buffer.from('ö');
    const halves = [bytes.subarray(0, 1), bytes.subarray(1)].map((half) => {
      const one = frame('x');
      one[8] = half[0] ?? 0;
      return one;
    });
    expect(demultiplex(Buffer.concat(halves))).toBe('ö');
  });

  test('gives what is there of a frame that was cut off, and nothing of nothing', () => {
    expect(demultiplex(Buffer.concat([frame('whole '), frame('cut off').subarray(0, 11)]))).toBe('whole cut');
    expect(demultiplex(Buffer.alloc(0))).toBe('');
    expect(demultiplex(Buffer.from([1, 0, 0]))).toBe('');
  });
});

test('the last lines, oldest first', async () => {
  const { docker, asked } = await fakeEngine({
    'GET /containers/x/logs': { bytes: Buffer.concat([frame('one\ntwo\n'), frame('\nthree\n', 2)]) },
  });
  expect(await lastLogLines(docker, 'x', 15)).toEqual(['one', 'two', 'three']);
  expect(asked[0]?.query.get('tail')).toBe('15');
});

describe('streamLogs', () => {
  const follow = { follow: true, tail: undefined, signal: new AbortController().signal };

  test('gives whole lines, however the engine cuts them', async () => {
    const { docker } = await fakeEngine({
      'GET /containers/x/logs': (_, response) => {
        const bytes = Buffer.concat([frame('first li'), frame('ne\nsecond\n', 2), frame('third without an end')]);
        response.write(bytes.subarray(0, 5));
        setTimeout(() => response.end(bytes.subarray(5)), 10);
      },
    });
    const lines: string[] = [];
    await streamLogs(docker, 'x', { ...follow, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['first line', 'second', 'third without an end']);
  });

  test('ends when it is told to, although the container goes on', async () => {
    let open: ServerResponse | undefined;
    const { docker } = await fakeEngine({
      'GET /containers/x/logs': (_, response) => {
        open = response;
        response.write(frame('hello\n'));
      },
    });
    const stop = new AbortController();
    const lines: string[] = [];
    await streamLogs(docker, 'x', {
      ...follow,
      signal: stop.signal,
      onLine: (line) => {
        lines.push(line);
        stop.abort();
      },
    });
    expect(lines).toEqual(['hello']);
    await expect.poll(() => open?.destroyed).toBe(true);
  });

  test('without follow it asks for what is there, not for what may come', async () => {
    const { docker, asked } = await fakeEngine({ 'GET /containers/x/logs': { bytes: frame('one\ntwo\n') } });
    const lines: string[] = [];
    await streamLogs(docker, 'x', { ...follow, follow: false, tail: 7, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'two']);
    expect(asked[0]?.query.get('tail')).toBe('7');
    expect(asked[0]?.query.get('follow')).not.toBe('true');
  });
});
