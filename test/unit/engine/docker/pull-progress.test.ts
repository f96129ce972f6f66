import { expect, it } from 'vitest';
import { pullProgress } from '../../../../src/engine/docker/pull-progress.js';

it('adds up the layers and reports each tenth once', () => {
  const lines: string[] = [];
  const onEvent = pullProgress('nginx:1.30.6-alpine', (line) => lines.push(line));
  const downloading = (id: string, current: number, total: number): void =>
    onEvent({ status: 'Downloading', id, progressDetail: { current, total } });

  onEvent({ status: 'Pulling fs layer', id: 'a', progressDetail: {} });
  downloading('a', 1_000_000, 10_000_000);
  downloading('a', 1_500_000, 10_000_000);
  downloading('b', 8_500_000, 10_000_000);
  onEvent({ status: 'Extracting', id: 'a', progressDetail: { current: 1, total: 2 } });

  expect(lines).toEqual([
    'pulling nginx:1.30.6-alpine: 10 % of 10.0 MB',
    'pulling nginx:1.30.6-alpine: 50 % of 20.0 MB',
  ]);
});
