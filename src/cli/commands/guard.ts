import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResolvedConfig } from '../../config/resolved.js';
import { findEngineAddress } from '../../engine/docker/address.js';
import { ExitCode, operationError, usageError } from '../../errors.js';
import { guardLogPath, lastOfLog } from '../../guard/guard-log.js';
import { runningGuard, type GuardRecord } from '../../guard/record.js';
import { endGuard, ensureGuard, guardScript, watches } from '../../guard/start-guard.js';
import { systemdUnit } from '../../guard/systemd-unit.js';
import { print, printJson, visible } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { openProject } from '../project.js';

interface GuardOptions {
  systemd?: boolean;
}

/** Lines of its log that are shown. */
const LOG_LINES = 10;

export const run: CommandBody<GuardOptions> = async ({ args: [action], options }) => {
  const config = await openProject(options);
  if (options.systemd) {
    if (action !== undefined) throw usageError(`found "${action}" beside --systemd; expected one of them`);
    return printUnit(config, options.json === true);
  }
  switch (action) {
    case undefined:
      return show(config, options.json === true);
    case 'start':
      return start(config, options.json === true);
    case 'stop':
      await endGuard(config.stateDir);
      return show(config, options.json === true);
    default:
      throw usageError(`found "${action}"; expected start, stop or nothing`);
  }
};

async function show(config: ResolvedConfig, json: boolean): Promise<ExitCode> {
  const guard = await runningGuard(config.stateDir);
  const log = await lastOfLog(config.stateDir, LOG_LINES);
  if (json) {
    const { pid = null, since = null, version = null } = guard ?? {};
    printJson({ project: config.project, enabled: config.guard, running: guard !== null, pid, since, version, log });
    return ExitCode.ok;
  }
  print(describe(config, guard));
  if (log.length > 0) print(`\nlast lines of ${guardLogPath(config.stateDir)}:`);
  for (const line of log) print(`  ${visible(line)}`);
  return ExitCode.ok;
}

function describe({ project, guard: enabled }: ResolvedConfig, guard: GuardRecord | null): string {
  if (guard !== null) return `${project} is guarded since ${guard.since} (pid ${guard.pid}, fortress ${guard.version})`;
  return enabled
    ? `${project} is not guarded. Start a guard with: fortress guard start`
    : `${project} is not guarded: the configuration says guard: false`;
}

/** Milliseconds that a new guard has to come into its own. */
const START_TIMEOUT = 5000;

async function start(config: ResolvedConfig, json: boolean): Promise<ExitCode> {
  if (!config.guard) {
    throw usageError('found guard: false in the configuration; expected true, or nothing, to start a guard');
  }
  await ensureGuard(config);
  const engine = findEngineAddress().url;
  const deadline = performance.now() + START_TIMEOUT;
  for (;;) {
    const guard = await runningGuard(config.stateDir);
    if (guard !== null && watches(guard, config.project, engine)) return show(config, json);
    if (performance.now() > deadline) break;
    await sleep(20);
  }
  const said = await lastOfLog(config.stateDir, LOG_LINES);
  throw operationError('GUARD_NOT_STARTED', `the guard of ${config.project} did not begin within 5 s`, {
    why: said.length === 0 ? undefined : `the last lines of its log:\n${said.join('\n')}`,
    hint: `look at ${guardLogPath(config.stateDir)}`,
  });
}

function printUnit(config: ResolvedConfig, json: boolean): ExitCode {
  const unit = systemdUnit(config, {
    node: process.execPath,
    script: guardScript(),
    user: userInfo().username,
    engine: findEngineAddress(),
  });
  const file = `/etc/systemd/system/fortress-guard-${config.project}.service`;
  const commands = [`sudo systemctl daemon-reload`, `sudo systemctl enable --now fortress-guard-${config.project}`];
  if (json) {
    printJson({ file, unit, commands });
    return ExitCode.ok;
  }
  print(`# Put this into ${file}, then run:\n#   ${commands.join('\n#   ')}\n\n${unit}`);
  return ExitCode.ok;
}
