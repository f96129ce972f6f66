import { usageError } from '../errors.js';
import { declareTarget, firstExternalFlag, type ExternalFlags } from '../verify/declare-target.js';
import { NOTHING_KNOWN, readEngineFacts } from '../verify/engine-facts.js';
import type { EngineProbe } from '../verify/engine-probe.js';
import { readOwnCredentials, readOwnLabels } from '../verify/own-stack.js';
import { ownTarget } from '../verify/own-target.js';
import { assertReachable } from '../verify/preflight.js';
import { readExternal } from '../verify/read-external.js';
import { readProfile } from '../verify/read-profile.js';
import type { TargetSpec } from '../verify/target.js';
import type { GlobalOptions } from './command.js';
import { openRunning, type Running } from './project.js';

/** Flags that say what is to be verified. */
export interface TargetFlags extends ExternalFlags {
  profile?: string;
}

interface ReachableTarget {
  spec: TargetSpec;
  engine: EngineProbe | null;
}

/**
 * The deployment that the flags and the profile describe, else the project's own stack.
 * @param note is told what the own stack is asked for where that is not what its configuration file says
 * @throws FortressError (exit 2) when the flags contradict each other or are wrong; (exit 3) when nothing answers there
 */
export async function reachableTarget(
  options: GlobalOptions & TargetFlags,
  note: (line: string) => void,
): Promise<ReachableTarget> {
  const { url, profile, config } = options;
  const flag = profile === undefined ? firstExternalFlag(options) : '--profile';
  if (flag === undefined) return ownStack(await openRunning(options, note));
  if (url === undefined && profile === undefined) {
    throw usageError(`${flag} describes another deployment than the project's own, but not where it is`, {
      hint: `Add --url https://HOST[:PORT], or leave ${flag} out to verify the project's own stack.`,
    });
  }
  if (config !== undefined) {
    throw usageError(`--config and ${flag} contradict each other`, {
      why: `--config names a project, whose stack is verified without ${flag}`,
      hint: 'Leave one of the two out.',
    });
  }
  return otherDeployment(options);
}

/**
 * A project's own stack. The engine is asked last: it may have to ask a registry.
 * @throws FortressError (exit 3) when nothing answers
 */
export async function ownStack({ config, models }: Running): Promise<ReachableTarget> {
  const [credentials, labels] = await Promise.all([readOwnCredentials(config), readOwnLabels(config, models)]);
  await assertReachable(ownTarget(config, credentials, { labels, ...NOTHING_KNOWN }), {
    hint: 'Start the stack with `fortress up`, or see what runs with `fortress status`.',
  });
  const facts = await readEngineFacts(config);
  return { spec: ownTarget(config, credentials, { labels, ...facts }), engine: facts.engine };
}

async function otherDeployment(flags: TargetFlags): Promise<ReachableTarget> {
  const profile = flags.profile === undefined ? {} : await readProfile(flags.profile);
  const declared = declareTarget(flags, profile, {
    gateway: process.env['FORTRESS_PASSWORD'] || undefined,
    grafana: process.env['FORTRESS_GRAFANA_PASSWORD'] || undefined,
  });
  const { https, connectTo } = declared;
  await assertReachable(
    { https, http: declared.http ?? https, connectTo },
    { hint: `Start the deployment, or correct --url; \`curl -vk ${https}\` should connect from here.` },
  );
  return readExternal(declared);
}
