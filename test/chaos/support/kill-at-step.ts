import { succeeded } from '../../support/cli.js';
import type { RunningCli } from '../../support/cli.js';

/** One line of each operation that was carried out. */
const DONE = /^ {2}✓ .*\n/gm;

/**
 * Kills a command with SIGKILL as soon as it has told of so many operations.
 * @returns how many it had told of in the end, for others were under way; null: it was done before
 * @throws Error when it failed before
 */
export async function killAtStep(command: RunningCli, step: number): Promise<number | null> {
  const reached = await command.until(new RegExp(`(?:^ {2}✓ .*\\n[^]*?){${step}}`, 'm')).then(
    () => true,
    () => false,
  );
  if (reached) command.kill('SIGKILL');
  const outcome = await command.ended;
  if (reached && outcome.exitCode === undefined) return outcome.output.match(DONE)?.length ?? 0;
  succeeded(outcome);
  return null;
}
