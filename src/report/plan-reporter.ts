import type { PlanEvents } from '../engine/run-plan.js';
import type { Plan } from '../plan/operation.js';

/** Shows a plan being carried out. */
export interface PlanReporter {
  /** Called once before the first operation. */
  begin(plan: Plan): PlanEvents;
  /** Called once after the last one, whatever happened; resolves when everything is shown. */
  end(): Promise<void>;
}

/** A TTY gets live tasks; anything else plain lines (on stderr when stdout belongs to a JSON document). */
export async function createPlanReporter({ json }: { json: boolean }): Promise<PlanReporter> {
  if (!json && process.stdout.isTTY && !process.env['CI']) return (await import('./tty-tasks.js')).createTtyReporter();
  const { createPlainReporter } = await import('./plain-tasks.js');
  return createPlainReporter(json ? process.stderr : process.stdout);
}
