import { ExitCode } from '../../errors.js';
import { runningGuard } from '../../guard/record.js';
import type { ObservedContainer } from '../../plan/observed.js';
import { print, printJson, table } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { openProject, openReader } from '../project.js';

export const run: CommandBody = async ({ options }) => {
  const config = await openProject(options);
  const { containers } = await (await openReader()).observe(config.project);
  const guard = await runningGuard(config.stateDir);
  const sorted = containers.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const well = sorted.length > 0 && sorted.every(isWell);
  if (options.json) {
    const rows = sorted.map(({ name, service, slot, state, health }) => ({ name, service, slot, state, health }));
    printJson({ project: config.project, up: well, containers: rows, guard: guard?.pid ?? null });
  } else if (sorted.length === 0) {
    print(`${config.project} is not up. Start it with: fortress up`);
  } else {
    print(
      table([
        ['CONTAINER', 'SERVICE', 'STATE', 'HEALTH'],
        ...sorted.map(({ name, service, state, health }) => [name, service, state, health ?? '-']),
      ]),
    );
    print(`\nguard: ${guardState(config.guard, guard?.pid)}`);
    if (!well) print('\nNot everything runs. Look at the logs (fortress logs SERVICE) or run fortress up again.');
  }
  return well ? ExitCode.ok : ExitCode.failed;
};

const guardState = (enabled: boolean, pid: number | undefined): string => {
  if (pid !== undefined) return `running (pid ${pid})`;
  return enabled ? 'not running, killed containers stay dead (start it with: fortress guard start)' : 'switched off';
};

/** A health check that has not run yet is no complaint. */
const isWell = ({ state, health }: ObservedContainer): boolean => state === 'running' && health !== 'unhealthy';
