import { messageOf } from '../errors.js';
import { subjectOf, type Operation } from '../plan/operation.js';
import { type LiveRow, showLiveRows } from './live-rows.js';
import type { PlanReporter } from './plan-reporter.js';
import { bySubject, doing, seconds, verb } from './plan-words.js';

/** One line per image, network or container while work is done on it. */
interface Row {
  live: LiveRow | undefined;
  /** Ids of operations that are not done yet. */
  open: Set<string>;
  startedAt: number | undefined;
}

/** Live tasks on a terminal. */
export function createTtyReporter(): PlanReporter {
  const rows = new Map<string, Row>();
  let shown: Promise<unknown> = Promise.resolve();
  const rowOf = (operation: Operation): Row | undefined => rows.get(subjectOf(operation.call));
  return {
    begin(plan) {
      const groups = bySubject(plan);
      const live = showLiveRows([...groups.keys()]);
      shown = live.shown;
      for (const [place, [subject, operations]] of [...groups].entries()) {
        const open = new Set(operations.map(({ id }) => id));
        rows.set(subject, { live: live.rows[place], open, startedAt: undefined });
      }
      return {
        started: (operation) => {
          const row = rowOf(operation);
          if (!row) return;
          row.startedAt ??= performance.now();
          row.live?.setDetail(verb(operation.call));
        },
        progress: (operation, line) => rowOf(operation)?.live?.setDetail(`${verb(operation.call)}: ${line}`),
        finished: (operation) => finish(rowOf(operation), operation),
        failed: (operation, error) => {
          const first = messageOf(error).split('\n', 1)[0] ?? '';
          rowOf(operation)?.live?.fail(`${subjectOf(operation.call)}: ${first}`);
        },
        undoing: (operation, call) => rowOf(operation)?.live?.setTitle(`taken back: ${doing(call)}`),
      };
    },
    async end() {
      for (const row of rows.values()) row.live?.fail('not reached');
      await shown;
    },
  };
}

function finish(row: Row | undefined, { id, call }: Operation): void {
  if (!row) return;
  row.open.delete(id);
  if (row.open.size > 0) return;
  row.live?.setTitle(`${subjectOf(call)} ${seconds(performance.now() - (row.startedAt ?? performance.now()))}`);
  row.live?.succeed();
}
