import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CONFIG_FILES, loadConfig } from '../config/load.js';
import { resolveConfig } from '../config/resolve.js';
import { ExitCode } from '../errors.js';
import { askEngine, type EngineState } from './engine-state.js';
import type { Finding } from './probe.js';
import { PROBES } from './probes/index.js';

export interface Examination {
  engine: EngineState;
  findings: (Finding & { probe: string })[];
}

/**
 * Runs every probe. Without a configuration it looks at what the default one would need.
 * @param where configuration file or its folder; undefined: the working folder, where there may be none
 * @throws FortressError (exit 2) when there is a configuration and it is wrong
 */
export async function examine(where: string | undefined): Promise<Examination> {
  const here = resolve('.');
  const configured = where !== undefined || CONFIG_FILES.some((name) => existsSync(join(here, name)));
  const config = configured ? await loadConfig(where ?? here) : resolveConfig({}, here);
  const engine = await askEngine(config);
  const context = { engine, config, configured };
  const findings = await Promise.all(
    PROBES.map(async (probe) => (await probe.run(context)).map((finding) => ({ probe: probe.id, ...finding }))),
  );
  return { engine, findings: findings.flat() };
}

/** 3 when there is no usable engine, 1 when anything else failed, 0 else: warnings do not count. */
export function exitCodeOf({ engine, findings }: Examination): ExitCode {
  if (engine.state !== 'ready') return ExitCode.unreachable;
  return findings.some(({ status }) => status === 'fail') ? ExitCode.failed : ExitCode.ok;
}
