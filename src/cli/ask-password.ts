import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Where questions are shown and answers come from: a terminal. */
export interface Terminal {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
}

/**
 * Asks for something that must not be seen; what is typed does not appear.
 * @returns null when there was no answer: Ctrl-D
 * @throws the reason of `signal` when that is aborted
 */
export async function askHidden(
  question: string,
  { input, output }: Terminal,
  signal: AbortSignal,
): Promise<string | null> {
  signal.throwIfAborted();
  // readline edits the line and switches the terminal's echo off; what it would show goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  try {
    return await new Promise<string | null>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(null));
      // readline takes Ctrl-C away from the process; the process knows what to do with it.
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      output.write(question);
    });
  } finally {
    lines.close();
    output.write('\n');
  }
}
