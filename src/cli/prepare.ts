import type { ResolvedConfig } from '../config/resolved.js';
import { loadCredentials } from '../credentials/load.js';
import type { CredentialRequest, PreparedCredentials } from '../credentials/prepare.js';
import type { ImageCatalog } from '../images/image-source.js';
import type { ModelFiles } from '../model/model-files.js';
import type { Observed } from '../plan/observed.js';
import type { Plan } from '../plan/operation.js';
import { planUp } from '../plan/plan-up.js';
import { probeToken } from '../probe/token.js';
import { createServiceRenderer, type RenderService } from '../render/render.js';
import { createRenderer, keptTemplates, projectTemplates, type TemplateReader } from '../render/template.js';
import { buildStack } from '../stack/build.js';
import { networkName } from '../stack/names.js';
import type { Stack } from '../stack/stack.js';
import { chooseSubnet } from '../stack/subnet.js';
import { readApiModels, readApiSecrets } from './read-materials.js';

/** Everything that `up` decides before it touches anything; all that `plan` shows. */
export interface Preparation {
  credentials: PreparedCredentials;
  stack: Stack;
  plan: Plan;
  /** By absolute path of the model. */
  models: Record<string, ModelFiles>;
  /** Texts of the templates that were rendered, by path. */
  templates: Record<string, string>;
  images: ImageCatalog;
  /** The files of each service. */
  render: RenderService;
}

export interface PrepareOptions {
  /** Subnets that the engine refused before. */
  avoid?: string[];
  /** What credentials are asked for beyond what is due. */
  request?: CredentialRequest;
  /** What was kept of the models and templates of the configuration, where that is what counts. */
  kept?: Pick<Preparation, 'models' | 'templates'> | null;
  /** Services whose containers are replaced though nothing changed. */
  renew?: ReadonlySet<string>;
}

/**
 * config → stack → files → plan, with what the engine has and what lies on disk. Changes nothing.
 * @param observed what the engine has
 * @throws FortressError (exit 2) for a broken model or template
 */
export async function prepare(
  config: ResolvedConfig,
  observed: Observed,
  images: ImageCatalog,
  { avoid = [], request = {}, kept = null, renew = new Set() }: PrepareOptions = {},
): Promise<Preparation> {
  const [credentials, models, secrets] = await Promise.all([
    loadCredentials(config, new Date(), request),
    kept?.models ?? readApiModels(config.apis),
    readApiSecrets(config.apis),
  ]);
  const subnet =
    backendSubnet(config.project, observed) ?? chooseSubnet(config.project, [...observed.takenSubnets, ...avoid]);
  const stack = buildStack(config, { subnet, image: (name) => images.reference(name) });
  const materials = { ...credentials, probeToken: probeToken(credentials.hashKey), models, secrets };
  const templates: Record<string, string> = {};
  const read = remembering(kept ? keptTemplates(kept.templates) : projectTemplates(config.templates), templates);
  const render = createServiceRenderer(config, stack, materials, createRenderer(read));
  return { credentials, stack, plan: planUp(stack, observed, render, { renew }), models, templates, images, render };
}

/** The same templates; each one that is read is also put into `texts`. */
const remembering =
  (read: TemplateReader, texts: Record<string, string>): TemplateReader =>
  (path) => {
    const template = read(path);
    texts[path] = template.text;
    return template;
  };

const backendSubnet = (project: string, { networks }: Observed): string | null =>
  networks.find(({ name }) => name === networkName(project, 'backend'))?.subnet ?? null;
