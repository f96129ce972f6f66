const STEPS = 10;
const CLEAR_LINE = '\r\u001B[K';

/** Tells how far a count has come. */
export interface ProgressLine {
  update(done: number): void;
  /** Takes away what is only of interest on the way. */
  end(): void;
}

/** On a terminal one line that changes; else a line for every tenth. */
export function createProgressLine(
  stream: NodeJS.WritableStream & { isTTY?: boolean },
  what: string,
  total: number,
): ProgressLine {
  const live = stream.isTTY === true;
  let shown = 0;
  return {
    update(done) {
      const step = Math.floor((done / total) * (live ? 100 : STEPS));
      if (step === shown) return;
      shown = step;
      const line = `${what}: ${done} of ${total} (${Math.floor((done / total) * 100)} %)`;
      stream.write(live ? `${CLEAR_LINE}${line}` : `${line}\n`);
    },
    end() {
      if (live) stream.write(CLEAR_LINE);
    },
  };
}
