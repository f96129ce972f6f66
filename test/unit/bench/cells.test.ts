import { expect, test } from 'vitest';
import { cellsOf, tellApart } from '../../../src/bench/cells.js';
import { layersOf } from '../../../src/bench/layers.js';
import { example } from '../stack/example.js';
import { figures } from './figures-example.js';

const layers = layersOf(example().config);

test('every layer, then the last one with fewer connections and with more, none twice', () => {
  const cells = (connections: number): string[] =>
    cellsOf(layers, connections).map((cell) => `${cell.layer.name} ${cell.connections}`);
  expect(cells(32)).toEqual([
    'direct 32',
    'nginx 32',
    'tls 32',
    'auth 32',
    'limit 32',
    'limit 8',
    'limit 16',
    'limit 64',
    'limit 128',
  ]);
  expect(cellsOf(layers, 32).findIndex(({ mayFail }) => mayFail)).toBe(layers.length);
  expect(cells(1).slice(layers.length)).toEqual(['limit 2', 'limit 4']);
});

test('the last layer is told with the others, and by its numbers of connections', () => {
  const measured = cellsOf(layers, 32).map(({ layer, connections }) => figures({ layer: layer.name, connections }));
  const { layers: ofLayers, connections } = tellApart(measured, layers);
  expect(ofLayers.map(({ layer }) => layer)).toEqual(['direct', 'nginx', 'tls', 'auth', 'limit']);
  expect(connections.map((one) => one.connections)).toEqual([8, 16, 32, 64, 128]);
});
