import { Listr, type ListrTaskWrapper } from 'listr2';

/** What we use of a listr2 task. */
type Task = Pick<ListrTaskWrapper<unknown, never, never>, 'title' | 'output'>;

/** One line on the terminal: spinning until it succeeds or fails. */
export interface LiveRow {
  setTitle(title: string): void;
  /** What is shown below the title until the row is settled. */
  setDetail(detail: string): void;
  succeed(): void;
  fail(reason: string): void;
}

interface PendingRow extends LiveRow {
  run(task: Task): Promise<void>;
}

function createRow(): PendingRow {
  let task: Task | undefined;
  /** What was said before listr2 got to draw the row counts as well. */
  let latest: string | undefined;
  let settle = { succeed: (): void => {}, fail: (_reason: string): void => {} };
  const settled = new Promise<void>((resolve, reject) => {
    settle = { succeed: resolve, fail: (reason) => reject(new Error(reason)) };
  });
  settled.catch(() => undefined);
  return {
    run: (shown) => {
      task = shown;
      task.title = latest ?? task.title;
      return settled;
    },
    setTitle: (title) => {
      latest = title;
      if (task) task.title = title;
    },
    setDetail: (detail) => {
      if (task) task.output = detail;
    },
    succeed: () => settle.succeed(),
    fail: (reason) => settle.fail(reason),
  };
}

/**
 * Shows rows that live until all of them are settled; the only importer of listr2.
 * @returns the rows in the order of the titles, and when they are no longer drawn
 */
export function showLiveRows(titles: string[]): { rows: LiveRow[]; shown: Promise<unknown> } {
  const rows = titles.map(createRow);
  const tasks = rows.map((row, place) => ({
    title: titles[place] ?? '',
    task: (_context: unknown, task: Task) => row.run(task),
  }));
  const listr = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    // listr2 would end the process at Ctrl-C, before anything could be put in order.
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: false },
  });
  return { rows, shown: listr.run() };
}
