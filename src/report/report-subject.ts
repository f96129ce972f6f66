import { basename } from 'node:path';
import type { VerifyReport } from '../verify/run-checks.js';

/** A report of `verify`, or one of `grade`, which says so and names what was handed in. */
export type Report = VerifyReport & {
  tool?: string;
  /** Path. */
  submission?: string;
};

/** The command that made it. */
export const toolOf = ({ tool = 'fortress verify' }: Report): string => tool;

/** What it is about, for a heading. */
export const subjectOf = ({ target, submission }: Report): string =>
  submission === undefined ? (target?.https ?? 'nothing that answers') : basename(submission);
