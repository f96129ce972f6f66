import { createMarker } from './mark.js';
import { predictionRequest } from './prediction.js';
import type { Ask } from './reply.js';
import { seenBehind, type Seen } from './seen-behind.js';
import { servingServices } from './serving-services.js';
import type { Target } from './target.js';

/** Where a request ended: at a container that predicts, at another, or nobody can say. */
export type Reached = 'api' | 'other' | 'unknown';

/** Asks again, marked, and looks into the logs of the containers: what sounds like an API may be a web frontend. */
export async function whoWasReached(target: Target, requests: Ask[]): Promise<Reached[]> {
  const { spec, engine } = target;
  if (requests.length === 0 || engine === null || spec.versions !== null) return requests.map(() => 'unknown');
  const serving = await servingServices(target);
  const marker = createMarker();
  const since = new Date();
  const known = [
    predictionRequest(spec),
    ...(spec.experiment ? [predictionRequest(spec, { group: spec.experiment.value })] : []),
  ];
  const all = [...requests, ...known];
  for (const [index, request] of all.entries()) await target.ask(marker.mark(request, index));
  const seen = await seenBehind(target, { marker, since, least: all.length });
  const predicting = new Set([
    ...(serving ?? []),
    ...known.flatMap((_request, index) => servicesThatSaw(seen, requests.length + index)),
  ]);
  return requests.map((_request, index) => {
    const services = servicesThatSaw(seen, index);
    if (services.some((service) => predicting.has(service))) return 'api';
    return services.length > 0 && predicting.size > 0 ? 'other' : 'unknown';
  });
}

const servicesThatSaw = (seen: Seen, request: number): string[] =>
  seen.filter(([, requests]) => requests.has(request)).map(([{ service }]) => service);
