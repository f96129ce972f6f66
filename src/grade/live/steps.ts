import type { Check } from '../../verify/check.js';
import { skipped } from '../../verify/conclude.js';
import type { CheckReport } from '../../verify/run-checks.js';
import { rowOf } from '../row.js';

type Step = Pick<Check, 'id' | 'title' | 'severity'>;

/** What a submission has to get through before it can be asked anything. */
export const STEPS = {
  build: { id: 'start.builds', title: 'Its images build', severity: 'critical' },
  up: { id: 'start.runs', title: 'Its containers start from its files alone', severity: 'critical' },
  answer: { id: 'start.answers', title: 'It predicts, over HTTPS and with its credentials', severity: 'critical' },
} as const satisfies Record<string, Step>;

/** The steps that were not tried, with the one reason; when it is about all of them, one stands for them. */
export const notTried = (reason: string, steps: Step[] = [STEPS.up]): CheckReport[] =>
  steps.map((step) => rowOf(step, skipped(reason), 0));
