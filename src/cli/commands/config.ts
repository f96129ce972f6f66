import { maskSecrets } from '../../credentials/mask-secrets.js';
import { ExitCode } from '../../errors.js';
import { printJson } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { openProject } from '../project.js';

export const run: CommandBody = async ({ options }) => {
  printJson(maskSecrets(await openProject(options)));
  return ExitCode.ok;
};
