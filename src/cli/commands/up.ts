import type { ResolvedConfig } from '../../config/resolved.js';
import { ExitCode } from '../../errors.js';
import { UP } from '../../generations/generation.js';
import { planToJson } from '../../report/plan-text.js';
import { seconds } from '../../report/plan-words.js';
import { print, printJson } from '../../report/print.js';
import { formatProbe } from '../../report/probe-text.js';
import type { CommandBody } from '../command.js';
import { converge, type Converged, type Judgement } from '../converge.js';
import { formatLinks, linksOf } from '../links.js';
import { parseSeconds } from '../parse-options.js';
import { openProject } from '../project.js';

interface UpOptions {
  lockTimeout: string;
  probe: boolean;
  verify?: boolean;
}

export const run: CommandBody<UpOptions> = async ({ options, signal }) => {
  const startedAt = performance.now();
  const { json = false, probe, verify = false } = options;
  const lockWait = parseSeconds(options.lockTimeout);
  const config = await openProject(options);
  const converged = await converge(config, {
    command: UP,
    json,
    lockWait,
    probe,
    signal,
    ...(verify && { judge: (wanted: ResolvedConfig) => judge(wanted, json, signal) }),
  });
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
      warnings: credentials.warnings,
      omitted: stack.omitted,
      answer,
      probe: converged.probe,
      generation: converged.generation,
      links,
      milliseconds: Math.round(took),
    });
    return ExitCode.ok;
  }
  print(closing(converged, took));
  print(formatLinks(links));
  return ExitCode.ok;
};

/** Loads what it needs when it is needed: most runs don't. */
async function judge(config: ResolvedConfig, json: boolean, signal: AbortSignal): Promise<Judgement> {
  const [{ judgeByVerify }, { textReporter }] = await Promise.all([
    import('../judge-by-verify.js'),
    import('../../report/verify-tty.js'),
  ]);
  const output = { write: (text: string) => void process.stdout.write(text), isTerminal: process.stdout.isTTY };
  return judgeByVerify(config, json ? null : textReporter(output), signal);
}

function closing({ preparation: { stack }, changed, answer, probe: seen }: Converged, took: number): string {
  const state = changed ? 'up' : 'up already, nothing to change';
  const proof = answer ? `; a prediction came back in ${Math.round(answer.milliseconds)} ms ("${answer.label}")` : '';
  const met = seen ? `\n${formatProbe(seen)}` : '';
  return `${met}\n✓ ${stack.project} is ${state} (${seconds(took)})${proof}\n`;
}
