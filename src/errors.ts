/** What the process exits with; see "Errors" in docs/commands.md. */
export const ExitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  inconclusive: 4,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

interface FortressErrorOptions {
  /** Why it happened: a sentence, the engine's own words, the last log lines. */
  why?: string | undefined;
  /** What the person can do next. */
  hint?: string | undefined;
  cause?: unknown;
}

/**
 * An error that a person can act on: what happened (the message, with the value), why, what to do
 * next. Anything else that is thrown is a bug of ours and is reported as one.
 */
export class FortressError extends Error {
  readonly why: string | undefined;
  readonly hint: string | undefined;

  constructor(
    /** Stable and greppable, e.g. `PORT_TAKEN`. */
    readonly code: string,
    readonly exitCode: ExitCode,
    message: string,
    options: FortressErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'FortressError';
    this.why = options.why;
    this.hint = options.hint;
  }
}

/** The command line was wrong: exit 2. */
export const usageError = (message: string, options?: FortressErrorOptions): FortressError =>
  new FortressError('USAGE', ExitCode.usage, message, options);

/** The configuration, a template or the model is wrong: exit 2. */
export const configError = (message: string, options?: FortressErrorOptions): FortressError =>
  new FortressError('CONFIG_INVALID', ExitCode.usage, message, options);

/** The engine or the target cannot be reached: exit 3. */
export const unreachableError = (message: string, options?: FortressErrorOptions): FortressError =>
  new FortressError('UNREACHABLE', ExitCode.unreachable, message, options);

/** The operation itself failed: exit 1. */
export const operationError = (code: string, message: string, options?: FortressErrorOptions): FortressError =>
  new FortressError(code, ExitCode.failed, message, options);

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
