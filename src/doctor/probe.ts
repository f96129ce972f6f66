import type { ResolvedConfig } from '../config/resolved.js';
import type { EngineState } from './engine-state.js';

export type FindingStatus = 'ok' | 'warn' | 'fail' | 'skip';

/** What a probe found out about one thing. */
export interface Finding {
  /** What was looked at: `Port 443`. */
  title: string;
  status: FindingStatus;
  /** The value: `20.20.2`, `held by nginx (pid 123)`. */
  found: string;
  /** Why it matters. */
  why: string;
  /** What to do, as a command where one does it; null when all is well. */
  fix: string | null;
}

/** What the probes look at; gathered once. */
export interface DoctorContext {
  engine: EngineState;
  config: ResolvedConfig;
  /** Whether `config` is what somebody wrote, or the defaults for want of a file. */
  configured: boolean;
}

/** One question about this machine. */
export interface Probe {
  /** Stable: `engine.version`. */
  id: string;
  run(context: DoctorContext): Promise<Finding[]>;
}
