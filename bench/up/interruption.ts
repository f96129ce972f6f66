/** Told to people who watch: stdout is for the result. */
export const progress = (line: string): void => void process.stderr.write(`${line}\n`);

/** Aborted by Ctrl-C; what was started is taken down before the end. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort());
  return controller.signal;
}
