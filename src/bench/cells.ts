import type { Figures } from './figures.js';
import type { Layer } from './layers.js';

/** What is measured: one layer under so many connections. */
export interface Cell {
  layer: Layer;
  connections: number;
  /** Failures are a part of what is measured. */
  mayFail: boolean;
}

/** Beside the number that layers are compared with, the whole stack is tried with fewer connections and with more. */
const SHARES_OF_CONNECTIONS = [1 / 4, 1 / 2, 2, 4];

/** First every layer, then the last one with other numbers of connections: of those some may be too many. Pure. */
export function cellsOf(layers: Layer[], connections: number): Cell[] {
  const others = new Set(SHARES_OF_CONNECTIONS.map((share) => Math.max(1, Math.round(share * connections))));
  others.delete(connections);
  return [
    ...layers.map((layer) => ({ layer, connections, mayFail: false })),
    ...layers
      .slice(-1)
      .flatMap((layer) => [...others].map((number) => ({ layer, connections: number, mayFail: true }))),
  ];
}

/** The figures of `cellsOf`: of the layers, and of the whole stack, the fewest connections first. Pure. */
export const tellApart = (figures: Figures[], layers: Layer[]): Record<'layers' | 'connections', Figures[]> => ({
  layers: figures.slice(0, layers.length),
  connections: figures.slice(layers.length - 1).toSorted((one, other) => one.connections - other.connections),
});
