import type { Check, CheckResult } from '../../verify/check.js';
import type { Project } from '../project.js';

/** A question that the files of a submission answer. */
export interface Deliverable extends Pick<Check, 'id' | 'title' | 'severity'> {
  /**
   * @param signal aborted by Ctrl-C
   * @returns null when the question does not arise
   */
  examine(project: Project, signal: AbortSignal): Promise<CheckResult | null>;
}
