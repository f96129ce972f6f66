/** How the engine goes away before it comes back. */
export interface EngineRestart {
  name: string;
  fast: boolean;
  signal: 'TERM' | 'KILL';
  /** What is killed just before: names without the project's. */
  killed: string[];
}

export const ENGINE_RESTARTS: readonly EngineRestart[] = [
  { name: 'engine stopped and started', fast: false, signal: 'TERM', killed: [] },
  { name: 'engine killed and started', fast: false, signal: 'KILL', killed: [] },
  {
    name: 'all APIs killed, engine killed and started',
    fast: false,
    signal: 'KILL',
    killed: ['api-v1-1', 'api-v1-2', 'api-v1-3'],
  },
];
