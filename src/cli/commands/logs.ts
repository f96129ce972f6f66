import { ExitCode, usageError } from '../../errors.js';
import { print, printJson } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { parseWhole } from '../parse-options.js';
import { openProject, openReader } from '../project.js';

interface LogsOptions {
  follow?: boolean;
  tail: string;
}

export const run: CommandBody<LogsOptions> = async ({ args: [service], options, signal }) => {
  const config = await openProject(options);
  const tail = parseWhole(options.tail, '--tail', 'lines');
  const engine = await openReader();
  const { containers } = await engine.observe(config.project);
  const services = [...new Set(containers.map((container) => container.service))];
  if (service !== undefined && !services.includes(service)) {
    throw usageError(`no container of a service "${service}" in ${config.project}`, {
      hint:
        services.length > 0
          ? `there are: ${services.toSorted().join(', ')}`
          : 'nothing is up; start it with: fortress up',
    });
  }
  const wanted = containers.filter((container) => service === undefined || container.service === service);
  const width = Math.max(0, ...wanted.map(({ name }) => name.length));
  const lines: { container: string; line: string }[] = [];
  await Promise.all(
    wanted.map(({ name }) =>
      engine.logs(name, {
        follow: options.follow === true && !options.json,
        tail,
        signal,
        onLine: (line) => {
          if (options.json) lines.push({ container: name, line });
          else print(wanted.length > 1 ? `${name.padEnd(width)} | ${line}` : line);
        },
      }),
    ),
  );
  if (options.json) printJson({ project: config.project, lines });
  return ExitCode.ok;
};
