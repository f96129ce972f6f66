import { parseAllDocuments } from 'yaml';
import { resolveConfig } from '../../../../src/config/resolve.js';
import type { FortressConfig } from '../../../../src/config/types.js';
import { validateConfig } from '../../../../src/config/validate.js';
import type { PreparedCredentials } from '../../../../src/credentials/prepare.js';
import type { Exported, ExportMaterial } from '../../../../src/export/exported.js';
import { exportKubernetes } from '../../../../src/export/kubernetes/index.js';
import { everyReplica } from '../../../../src/export/serving.js';
import type { ImageName, ImageReference } from '../../../../src/images/image-source.js';
import { createServiceRenderer } from '../../../../src/render/render.js';
import { createRenderer, projectTemplates } from '../../../../src/render/template.js';
import { buildStack } from '../../../../src/stack/build.js';
import { MATERIALS } from '../../render/fixture.js';

const CREDENTIALS: PreparedCredentials = {
  ...MATERIALS,
  caCertificate: 'THE CA CERTIFICATE',
  users: [{ name: 'admin', password: 'THE PASSWORD' }],
  changes: [],
  warnings: [],
  throughout: null,
  wanted: {} as PreparedCredentials['wanted'],
};

/** As fortress names them: the API's is built here, the others have a registry. */
const imageOf = (name: ImageName): ImageReference => ({
  reference: name === 'api' ? 'fortress/api:1234' : `example.org/${name.replace('backend:', '')}:1`,
  origin: 'an example',
});

interface Options {
  /** Bytes of each model. */
  modelSize?: number;
  image?: (name: ImageName) => ImageReference;
}

/** What there is to export of a configuration in the folder /srv/shop. */
export function materialOf(input: unknown, { modelSize = 100, image = imageOf }: Options = {}): ExportMaterial {
  const config = resolveConfig(validateConfig(input, 'fortress.config.ts'), '/srv/shop');
  const stack = buildStack(config, { subnet: '10.200.4.0/22', image });
  const models = Object.fromEntries(
    config.apis.flatMap(({ model }) =>
      model === null ? [] : [[model, { 'model.onnx': { source: model, hash: `hash of ${model}` } }]],
    ),
  );
  const secrets = Object.fromEntries(
    config.apis.flatMap((api) =>
      Object.values(api.secrets).map((path) => [path, Buffer.from(`THE SECRET OF ${path}`)]),
    ),
  );
  const materials = { ...MATERIALS, models, secrets };
  const render = createServiceRenderer(config, stack, materials, createRenderer(projectTemplates(null)));
  const serving = everyReplica(stack);
  return {
    config,
    stack,
    serving,
    files: (service, others = serving) => render(service, others),
    contentOf: ({ content }) =>
      typeof content === 'string' || Buffer.isBuffer(content) ? content : Buffer.alloc(modelSize, 0xff),
    credentials: CREDENTIALS,
    builds: {},
  };
}

export const exportOf = (input: FortressConfig = {}, options: Options = {}): Exported =>
  exportKubernetes(materialOf(input, options));

export function textOf({ files }: Exported, path: string): string {
  const content = files.find((file) => file.path === path)?.content;
  if (content === undefined) throw new Error(`no ${path} among ${files.map((file) => file.path).join(', ')}`);
  return String(content);
}

/** Of a configuration that says nothing. */
export const DEFAULT = exportOf();

/** An object of Kubernetes, of any kind. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into objects of every kind
  spec?: any;
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  type?: string;
}

/** The objects of a YAML text, read as kubectl reads it. */
export const objectsIn = (text: string): KubernetesObject[] =>
  parseAllDocuments(text, { version: '1.1' }).map((document) => {
    if ('errors' in document && document.errors.length > 0) throw document.errors[0];
    return (document as { toJS(): KubernetesObject }).toJS();
  });

/** Every object that `kubectl apply -k` creates. */
export function objectsOf(exported: Exported): KubernetesObject[] {
  const known = OBJECTS.get(exported) ?? readObjects(exported);
  OBJECTS.set(exported, known);
  return structuredClone(known);
}

/** To read them takes longer than to write them. */
const OBJECTS = new WeakMap<Exported, KubernetesObject[]>();

function readObjects(exported: Exported): KubernetesObject[] {
  const { resources } = objectsIn(textOf(exported, 'kustomization.yaml'))[0] as unknown as { resources: string[] };
  return resources.flatMap((path) => objectsIn(textOf(exported, path)));
}

export function objectOf(exported: Exported, kind: string, name: string): KubernetesObject {
  const found = objectsOf(exported).find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
}
