import { Listr, type ListrTaskWrapper } from 'listr2';
import { messageOf } from '../errors.js';
import { subjectOf, type Operation, type Plan } from '../plan/operation.js';
import type { PlanReporter } from './plan-reporter.js';
import { bySubject, doing, seconds, verb } from './plan-words.js';

/** What we use of a listr2 task. */
type Task = Pick<ListrTaskWrapper<unknown, never, never>, 'title' | 'output'>;

/** One line per image, network or container while work is done on it. */
interface Row {
  task: Task | undefined;
  /** Ids of operations that are not done yet. */
  open: Set<string>;
  startedAt: number | undefined;
  settle: { resolve(): void; reject(error: Error): void };
  settled: Promise<void>;
}

/** Live tasks by listr2; the only importer of it. */
export function createTtyReporter(): PlanReporter {
  const rows = new Map<string, Row>();
  let shown: Promise<unknown> = Promise.resolve();
  const rowOf = (operation: Operation): Row | undefined => rows.get(subjectOf(operation.call));
  return {
    begin(plan) {
      for (const [subject, operations] of bySubject(plan)) rows.set(subject, createRow(operations));
      shown = show(plan, rows);
      return {
        started: (operation) => {
          const row = rowOf(operation);
          if (!row) return;
          row.startedAt ??= performance.now();
          if (row.task) row.task.output = verb(operation.call);
        },
        progress: (operation, line) => {
          const task = rowOf(operation)?.task;
          if (task) task.output = `${verb(operation.call)}: ${line}`;
        },
        finished: (operation) => finish(rowOf(operation), operation),
        failed: (operation, error) => {
          const first = messageOf(error).split('\n', 1)[0] ?? '';
          rowOf(operation)?.settle.reject(new Error(`${subjectOf(operation.call)}: ${first}`));
        },
        undoing: (operation, call) => {
          const task = rowOf(operation)?.task;
          if (task) task.title = `taken back: ${doing(call)}`;
        },
      };
    },
    async end() {
      for (const row of rows.values()) row.settle.reject(new Error('not reached'));
      await shown;
    },
  };
}

function createRow(operations: Operation[]): Row {
  let settle: Row['settle'] = { resolve: () => undefined, reject: () => undefined };
  const settled = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  settled.catch(() => undefined);
  return { task: undefined, open: new Set(operations.map(({ id }) => id)), startedAt: undefined, settle, settled };
}

function finish(row: Row | undefined, { id, call }: Operation): void {
  if (!row) return;
  row.open.delete(id);
  if (row.open.size > 0) return;
  if (row.task)
    row.task.title = `${subjectOf(call)} ${seconds(performance.now() - (row.startedAt ?? performance.now()))}`;
  row.settle.resolve();
}

async function show(plan: Plan, rows: Map<string, Row>): Promise<void> {
  const tasks = [...rows].map(([subject, row]) => ({
    title: subject,
    task: (_context: unknown, task: Task) => {
      row.task = task;
      return row.settled;
    },
  }));
  const listr = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    // listr2 would end the process at Ctrl-C, before anything could be taken back.
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: false },
  });
  await listr.run();
}
