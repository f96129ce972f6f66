import type { StreamEvent } from './event-stream.js';

const MEGABYTE = 1_000_000;

/** Turns the events of a pull, one per layer and chunk, into a line per tenth of what is to be downloaded. */
export function pullProgress(reference: string, report: (line: string) => void): (event: StreamEvent) => void {
  const layers = new Map<string, { current: number; total: number }>();
  let reported = '';
  return ({ status, id, progressDetail }) => {
    if (status !== 'Downloading' || id === undefined || progressDetail?.total === undefined) return;
    layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
    const current = sum(layers, 'current');
    const total = sum(layers, 'total');
    const line = `pulling ${reference}: ${Math.floor((current / total) * 10) * 10} % of ${megabytes(total)} MB`;
    if (line !== reported) report(line);
    reported = line;
  };
}

const sum = (layers: Map<string, { current: number; total: number }>, key: 'current' | 'total'): number =>
  [...layers.values()].reduce((bytes, layer) => bytes + layer[key], 0);

const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);
