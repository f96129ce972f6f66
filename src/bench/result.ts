import type { Capacity } from './capacity.js';
import type { Figures } from './figures.js';
import type { Shares } from './share-processors.js';

/** What `fortress bench` found out; what `--json` prints. */
export interface BenchResult {
  project: string;
  startedAt: string;
  machine: {
    /** "Docker Engine 26.1 (linux/amd64) at …" */
    engine: string;
    processors: number;
    /** Of this machine, in the minute before; null: the engine is on another one. */
    loadAverage: number | null;
  };
  /** Who had which processors; null: they shared all, `notPinned` says why. */
  pinned: Shares | null;
  notPinned: string | null;
  settings: { rounds: number; seconds: number; connections: number };
  /** Each under the same number of connections. */
  layers: Figures[];
  /** The last layer under different numbers of connections, the fewest first. */
  connections: Figures[];
  /** null: under no number of connections were all requests answered. */
  capacity: Capacity | null;
  /** What the copy does not have of the configuration; sentences. */
  remarks: string[];
}
