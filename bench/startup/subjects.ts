import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';

/** A most that was promised: of the CPU time of Node alone, or in seconds. */
export type Bar = { times: number } | { seconds: number };

/** A command whose start is measured. */
export interface Subject {
  title: string;
  command: string[];
  cwd: string;
  exitCode: number;
  bar: Bar | null;
}

/** What all others are compared with. */
export const BARE: string = 'node -e 0';

/**
 * What is measured, Node alone first. Pure.
 * @param up folder of a project whose stack is up
 * @param down folder of one that has none
 */
export function subjectsIn({ up, down }: { up: string; down: string }): Subject[] {
  const fortress = (parameters: string, rest: Partial<Subject>): Subject => ({
    title: `fortress ${parameters}`,
    command: [process.execPath, join(packageRoot(), 'bin', 'fortress.js'), parameters],
    cwd: up,
    exitCode: 0,
    bar: null,
    ...rest,
  });
  return [
    { title: BARE, command: [process.execPath, '-e', '0'], cwd: up, exitCode: 0, bar: null },
    fortress('--help', { bar: { times: 1.5 } }),
    fortress('--version', {}),
    fortress('status', { title: 'fortress status, no stack', cwd: down, exitCode: 1 }),
    fortress('status', { title: 'fortress status, stack is up', bar: { seconds: 0.4 } }),
    fortress('plan', { title: 'fortress plan, stack is up' }),
  ];
}
