import type { Target, TargetSpec } from './target.js';

export type Verdict = 'pass' | 'fail' | 'warn' | 'inconclusive' | 'skip';
type Severity = 'critical' | 'major' | 'warning';

/** One request and what came back, with credentials masked. */
export interface Exchange {
  request: {
    method: string;
    url: string;
    /** Address that was connected to instead of the URL's host. */
    via?: string;
    headers: Record<string, string>;
    body?: string;
  };
  response: { status: number; headers: Record<string, string>; body?: string } | { error: string };
  /** Milliseconds. */
  duration: number;
}

export interface Expectation {
  expected: string;
  found: string;
  ok: boolean;
  /** Worth a warning, not a failure. */
  advisory?: true;
}

export interface CheckResult {
  verdict: Verdict;
  /** One line that holds the measured value: "30 requests: 10, 10, 10". */
  summary: string;
  /** What was expected and what was found; several where a check asks several questions. */
  expectations: Expectation[];
  /** The raw exchanges behind the verdict. */
  exchanges: Exchange[];
  /** What else was measured, by name. */
  facts?: Record<string, string>;
  /** What to look at when it did not pass. */
  hint?: string;
  /** The circumstances were in the way, not the target: another attempt may tell. */
  retry?: true;
}

/** A question asked of the running stack from outside. */
export interface Check {
  /** Stable, dotted: `rate.limit`. */
  id: string;
  /** The promise in one line: "More than 10 requests per second are rejected". */
  title: string;
  /** The exam's objective; hygiene is beyond it. */
  objective: Objective;
  severity: Severity;
  /**
   * `paced` checks ask the gateway within its rate limit, one after the other. `monitoring` checks
   * ask other services and run beside them. `flood` checks drain the limit and therefore run after both.
   * `closing` checks look back on the whole run.
   */
  kind: 'paced' | 'monitoring' | 'flood' | 'closing';
  /** Asked of the stacks that fortress made: nobody else promises it. */
  ownOnly?: true;
  /** Asked of targets that promise it; left out: of all. */
  isPromised?(spec: TargetSpec): boolean;
  run(target: Target): Promise<CheckResult>;
}

/** What the exam asks for. 0 is what `fortress grade` sees of a submission before it runs. */
export const OBJECTIVES = {
  0: 'Deliverables',
  1: 'Reverse proxy',
  2: 'Load balancing',
  3: 'HTTPS',
  4: 'Access control',
  5: 'Rate limit',
  6: 'A/B routing',
  7: 'Monitoring',
  8: 'Hygiene',
} as const;
export type Objective = keyof typeof OBJECTIVES;
