/** Commands that want the same project. */
export interface LockCase {
  name: string;
  fast: boolean;
  /** `fortress up`s that are started at once. */
  starts: number;
  /** The first one is killed with SIGKILL while it changes things; one that will not wait comes after it. */
  dies: boolean;
  /** What one of the others says. */
  tells: RegExp;
}

const TOOK_OVER = /took over the lock of `fortress up` \(pid \d+ on .*which is gone/;
const WAITED = /waiting for `fortress up` \(pid \d+/;

export const LOCK_CASES: readonly LockCase[] = [
  { name: 'two ups at once', fast: false, starts: 2, dies: false, tells: WAITED },
  { name: 'five ups at once', fast: false, starts: 5, dies: false, tells: WAITED },
  { name: 'the owner is killed, and the next does not wait', fast: true, starts: 1, dies: true, tells: TOOK_OVER },
];
