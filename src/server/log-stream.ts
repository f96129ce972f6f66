/** Milliseconds that a line may wait for company. */
const DELAY = 20;

/** Where log lines go. */
export interface LogStream {
  write(line: string): void;
  /** Writes what waits, now. */
  flush(): void;
}

/**
 * Gathers the lines of a few milliseconds and writes them at once: a system call for each request
 * would cost as much as the model.
 */
export function createLogStream(writeOut: (text: string) => void): LogStream {
  let waiting = '';
  const flush = (): void => {
    const text = waiting;
    waiting = '';
    if (text !== '') writeOut(text);
  };
  return {
    write(line) {
      // The process may end before: whoever made the stream flushes it then.
      if (waiting === '') setTimeout(flush, DELAY).unref();
      waiting += line;
    },
    flush,
  };
}
