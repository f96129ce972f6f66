import { messageOf } from '../../errors.js';
import { inconclusive } from '../../verify/conclude.js';
import type { CheckReport } from '../../verify/run-checks.js';
import type { Project } from '../project.js';
import { rowOf } from '../row.js';
import { DELIVERABLES } from './index.js';

/**
 * Looks at everything that the files tell; nothing of them is executed.
 * @throws the signal's reason when it was aborted
 */
export async function examineDeliverables(project: Project, signal: AbortSignal): Promise<CheckReport[]> {
  const rows: CheckReport[] = [];
  for (const deliverable of DELIVERABLES) {
    const begin = performance.now();
    const result = await deliverable
      .examine(project, signal)
      .catch((error: unknown) => inconclusive(`the check itself broke: ${messageOf(error)}`));
    signal.throwIfAborted();
    if (result) rows.push(rowOf(deliverable, result, performance.now() - begin));
  }
  return rows;
}
