import type { Histogram } from './histogram.js';

/** Where the client sends its requests. */
export interface LoadTarget {
  /** Name inside the network; all its addresses share the load. */
  host: string;
  port: number;
  tls: boolean;
  headers: Record<string, string>;
}

/** One round of load, as the client is told of it. */
export interface LoadJob {
  /** Key of `TARGETS_FILE`. */
  target: string;
  /** Each sends its next request when it has the answer to the last one. */
  connections: number;
  warmUpSeconds: number;
  seconds: number;
}

/** What one process of the client saw. */
export interface LoadResult {
  /** Answered with success after the warm-up. */
  requests: number;
  /** All that were answered, the warm-up included: what the CPU of the servers was spent on. */
  answered: number;
  /** Not answered with success, by status or error code. */
  failures: Record<string, number>;
  seconds: number;
  latencies: Histogram;
  /** CPU time of this process after the warm-up. */
  cpuSeconds: number;
}

/** The client's files: its program, whom it may ask (by name; with a password), and what. */
export const CLIENT_FILE = 'client.mjs';
export const TARGETS_FILE = 'targets.json';
export const SENTENCES_FILE = 'sentences.json';

/** Where the waiting client says that it is there. */
export const CLIENT_PORT = 8000;
