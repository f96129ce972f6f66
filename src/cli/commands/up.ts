import { ExitCode } from '../../errors.js';
import { planToJson } from '../../report/plan-text.js';
import { seconds } from '../../report/plan-words.js';
import { print, printJson } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { converge, type Converged } from '../converge.js';
import { formatLinks, linksOf } from '../links.js';
import { parseSeconds } from '../parse-options.js';
import { openProject } from '../project.js';

interface UpOptions {
  lockTimeout: string;
  probe: boolean;
}

export const run: CommandBody<UpOptions> = async ({ options, signal }) => {
  const startedAt = performance.now();
  const { json = false, probe } = options;
  const lockWait = parseSeconds(options.lockTimeout);
  const config = await openProject(options);
  const converged = await converge(config, { command: 'fortress up', json, lockWait, probe, signal });
  const took = performance.now() - startedAt;
  const { preparation, changed, answer } = converged;
  const { stack, credentials, plan } = preparation;
  const grafana = !stack.omitted.some(({ service }) => service === 'grafana');
  const links = linksOf(config, { grafana });
  if (json) {
    printJson({
      changed,
      plan: planToJson(plan),
      credentials: credentials.changes,
      omitted: stack.omitted,
      answer,
      links,
      milliseconds: Math.round(took),
    });
    return ExitCode.ok;
  }
  print(closing(converged, took));
  print(formatLinks(links));
  return ExitCode.ok;
};

function closing({ preparation: { stack }, changed, answer }: Converged, took: number): string {
  const state = changed ? 'up' : 'up already, nothing to change';
  const proof = answer ? `; a prediction came back in ${Math.round(answer.milliseconds)} ms ("${answer.label}")` : '';
  return `\n✓ ${stack.project} is ${state} (${seconds(took)})${proof}\n`;
}
