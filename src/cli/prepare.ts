import type { ResolvedConfig } from '../config/resolved.js';
import type { PreparedCredentials } from '../credentials/prepare.js';
import { prepareCredentials } from '../credentials/prepare.js';
import { readStore } from '../credentials/store.js';
import type { ImageCatalog } from '../images/image-source.js';
import { readModels } from '../model/model-files.js';
import type { Observed } from '../plan/observed.js';
import type { Plan } from '../plan/operation.js';
import { planUp } from '../plan/plan-up.js';
import { createServiceRenderer } from '../render/render.js';
import { createRenderer } from '../render/template.js';
import { buildStack } from '../stack/build.js';
import { networkName } from '../stack/names.js';
import type { Stack } from '../stack/stack.js';
import { chooseSubnet } from '../stack/subnet.js';

/** Everything that `up` decides before it touches anything; all that `plan` shows. */
export interface Preparation {
  credentials: PreparedCredentials;
  stack: Stack;
  plan: Plan;
}

/**
 * config → stack → files → plan, with what the engine has and what lies on disk. Changes nothing.
 * @param observed what the engine has
 * @param avoid subnets that the engine refused before
 * @throws FortressError (exit 2) for a broken model or template
 */
export async function prepare(
  config: ResolvedConfig,
  observed: Observed,
  images: ImageCatalog,
  avoid: string[] = [],
): Promise<Preparation> {
  const [credentials, models] = await Promise.all([
    readStore(config).then((stored) => prepareCredentials(config, stored, new Date())),
    readModels(config.apis.map(({ model }) => model)),
  ]);
  const subnet =
    backendSubnet(config.project, observed) ?? chooseSubnet(config.project, [...observed.takenSubnets, ...avoid]);
  const stack = buildStack(config, { subnet, image: (name) => images.reference(name) });
  const materials = { ...credentials, hashKey: credentials.wanted.caKey ?? '', models };
  const render = createServiceRenderer(config, stack, materials, createRenderer(config.templates));
  return { credentials, stack, plan: planUp(stack, observed, render) };
}

const backendSubnet = (project: string, { networks }: Observed): string | null =>
  networks.find(({ name }) => name === networkName(project, 'backend'))?.subnet ?? null;
