import type { Check } from '../verify/check.js';
import type { CheckReport, VerifyReport } from '../verify/run-checks.js';

/** What tells people or programs about a run of checks. Every hook is optional. */
export interface Reporter {
  /** Before the first check. */
  onRunStart?(target: { https: string }, checks: readonly Check[]): void;
  onCheckStart?(check: Check): void;
  onCheckEnd?(report: CheckReport): void;
  onRunEnd?(report: VerifyReport): void;
}

/** Where a reporter writes. */
export interface Output {
  write(text: string): void;
  /** A terminal that understands colours and cursor movement. */
  isTerminal: boolean;
}
