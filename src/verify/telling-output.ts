import type { DeployedContainer } from './deployment.js';
import type { EngineProbe } from './engine-probe.js';

const MINUTE = 60_000;
/** What a program says of itself it says when it starts. */
const BEGINNING = MINUTE;
/** Longer than a run of the checks takes. */
const END = 10 * MINUTE;

/** The beginning and the end of a container's log: all of it may be more than anybody wants to wait for. */
export async function tellingOutput(
  engine: EngineProbe,
  { id, startedAt }: Pick<DeployedContainer, 'id' | 'startedAt'>,
  now: Date,
): Promise<string> {
  const start = new Date(startedAt);
  const beginning = new Date(start.getTime() + BEGINNING);
  const end = new Date(now.getTime() - END);
  if (end <= beginning) return engine.logsSince(id, start);
  const parts = await Promise.all([engine.logsSince(id, start, beginning), engine.logsSince(id, end)]);
  return parts.join('\n');
}
