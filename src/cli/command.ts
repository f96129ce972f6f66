/** Flags that every command understands. */
export interface GlobalOptions {
  /** Configuration file or the folder that holds it; default: the working folder. */
  config?: string;
  /** One JSON document on stdout and nothing else there. */
  json?: boolean;
}

/** What commander hands to a command: its positional arguments and its flags. */
export interface Invocation<Options extends object = Record<string, unknown>> {
  args: string[];
  options: GlobalOptions & Options;
  /** Aborted by Ctrl-C or SIGTERM: stop cleanly. */
  signal: AbortSignal;
}

/** The body of a command. It returns its exit code, one of ours or that of what it ran, and never calls `process.exit`. */
export type CommandBody<Options extends object = Record<string, unknown>> = (
  invocation: Invocation<Options>,
) => Promise<number>;
