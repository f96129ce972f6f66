import { visible } from '../report/print.js';
import { ExitCode, FortressError, messageOf } from '../errors.js';

/**
 * Says what went wrong: in words on stderr, or as the one JSON document on stdout.
 * @returns the exit code that belongs to it
 */
export function reportError(error: unknown, { json, interrupted }: { json: boolean; interrupted: boolean }): number {
  const exitCode = interrupted && !(error instanceof FortressError) ? 130 : exitCodeOf(error);
  if (json)
    process.stdout.write(`${JSON.stringify({ error: { ...describe(error, interrupted), exitCode } }, null, 2)}\n`);
  else process.stderr.write(`${format(describe(error, interrupted))}\n`);
  return exitCode;
}

interface Description {
  code: string;
  message: string;
  why?: string | undefined;
  hint?: string | undefined;
}

function describe(error: unknown, interrupted: boolean): Description {
  if (error instanceof FortressError)
    return { code: error.code, message: error.message, why: error.why, hint: error.hint };
  if (interrupted)
    return { code: 'INTERRUPTED', message: 'stopped by you', hint: 'run the same command again to go on' };
  return {
    code: 'BUG',
    message: `fortress made a mistake: ${messageOf(error)}`,
    why: error instanceof Error ? error.stack : undefined,
    hint: 'please report this with the lines above',
  };
}

const exitCodeOf = (error: unknown): ExitCode => (error instanceof FortressError ? error.exitCode : ExitCode.failed);

function format({ message, why, hint }: Description): string {
  const lines = [`✗ ${message}`];
  if (why !== undefined) lines.push(...why.split('\n').map((line) => `  ${line}`));
  if (hint !== undefined) lines.push(`→ ${hint}`);
  // Messages quote what files hold; a terminal must not take any of it for a command.
  return lines.join('\n').split('\n').map(visible).join('\n');
}
