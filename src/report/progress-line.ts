const STEPS = 10;
const CLEAR_LINE = '\r\u001B[K';

/** Tells how far a count has come. */
export interface ProgressLine {
  update(done: number): void;
  /** Takes away what is only of interest on the way. */
  end(): void;
}

/**
 * On a terminal one line that changes; else a line for every tenth.
 * @param unit of what is counted, e.g. `MB`
 */
export function createProgressLine(
  stream: NodeJS.WritableStream & { isTTY?: boolean },
  what: string,
  total: number,
  unit?: string,
): ProgressLine {
  const live = stream.isTTY === true;
  let shown = 0;
  return {
    update(done) {
      const share = Math.min(done / total, 1);
      const step = Math.floor(share * (live ? 100 : STEPS));
      if (step === shown) return;
      shown = step;
      const counted = unit === undefined ? `${done} of ${total}` : `${done} of ${total} ${unit}`;
      const line = `${what}: ${counted} (${Math.floor(share * 100)} %)`;
      stream.write(live ? `${CLEAR_LINE}${line}` : `${line}\n`);
    },
    end() {
      if (live) stream.write(CLEAR_LINE);
    },
  };
}
