import { ExitCode } from '../../errors.js';
import { note, print, printJson } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { formatLinks, linksOf } from '../links.js';
import { openReader, openRunning } from '../project.js';

export const run: CommandBody = async ({ options }) => {
  const { config } = await openRunning(options, note);
  const { containers } = await (await openReader()).observe(config.project);
  const links = linksOf(config, { grafana: containers.some(({ service }) => service === 'grafana') });
  if (options.json) printJson({ up: containers.length > 0, ...links });
  else {
    if (containers.length === 0) print(`${config.project} is not up; these work after: fortress up\n`);
    print(formatLinks(links));
  }
  return ExitCode.ok;
};
