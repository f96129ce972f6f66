/** What the engine tells of a container, reduced to what a guard needs. */
export interface ContainerEvent {
  /** The container's id. */
  id: string;
  action: 'start' | 'kill' | 'die' | 'stop' | 'destroy' | 'healthy' | 'unhealthy';
  /** Number of the signal of a `kill`; null for every other action. */
  signal: number | null;
  /** The engine's time, nanoseconds. */
  nanoseconds: number;
}

/** The engine's names of the events that we ask for; others (each health check is three) never leave it. */
export const WATCHED_EVENTS = ['start', 'kill', 'die', 'stop', 'destroy', 'health_status'];

const ACTIONS: Record<string, ContainerEvent['action']> = {
  start: 'start',
  kill: 'kill',
  die: 'die',
  stop: 'stop',
  destroy: 'destroy',
  'health_status: healthy': 'healthy',
  'health_status: unhealthy': 'unhealthy',
};

interface EngineEvent {
  Action?: string;
  timeNano?: number;
  Actor?: { ID?: string; Attributes?: Record<string, string> };
}

/**
 * Reads one line of the engine's event stream.
 * @returns null for what a guard has no use for, and for what is no event
 */
export function parseEvent(line: string): ContainerEvent | null {
  const event = parse(line);
  const action = ACTIONS[event?.Action ?? ''];
  const id = event?.Actor?.ID;
  if (action === undefined || id === undefined) return null;
  const signal = event?.Actor?.Attributes?.['signal'];
  return {
    id,
    action,
    signal: action === 'kill' && signal !== undefined ? Number(signal) : null,
    nanoseconds: event?.timeNano ?? 0,
  };
}

function parse(line: string): EngineEvent | null {
  try {
    return JSON.parse(line) as EngineEvent | null;
  } catch {
    return null;
  }
}
