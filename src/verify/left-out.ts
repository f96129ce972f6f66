import type { CheckResult } from './check.js';
import { skipped } from './conclude.js';
import type { TargetSpec } from './target.js';

/** `skip` with the reason why a monitoring service is not there to be asked. */
export const leftOut = ({ omitted }: Pick<TargetSpec, 'omitted'>, service: string): CheckResult =>
  skipped(omitted[service] ?? `${service} is not part of the configuration`);
