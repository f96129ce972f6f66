import type { ResolvedApi } from '../../config/resolved.js';
import { readDockerfile } from '../../grade/dockerfile.js';
import { apiService, networkName } from '../../stack/names.js';
import type { Service } from '../../stack/stack.js';
import { contextOwner } from '../builds.js';
import type { ExportedFile, ExportMaterial } from '../exported.js';
import type { ExamModels } from './model.js';
import { PATHS } from './paths.js';
import { readTemplate, templateFolder } from './templates.js';
import { imageVariable, yamlText } from './yaml.js';

/** An API as `docker-compose.yml.eta` knows it; texts of YAML are quoted already. */
export interface ComposeApi {
  name: string;
  /** `src/api/v1`; `src/api` itself where all APIs are built from it. */
  folder: string;
  /** `api-v1` */
  service: string;
  /** In words. */
  what: string;
  replicas: { service: string; address: string }[];
  build: { context: string; dockerfile: string; args: [key: string, value: string][] } | null;
  image: string;
  user: string;
  env: [key: string, value: string][];
  model: { file: string; mount: string } | null;
  secrets: { source: string; target: string; file: string }[];
  tmpfs: string;
  memory: string;
  cpus: number | null;
  pids: number;
  /** For those that wait for it. */
  condition: 'service_healthy' | 'service_started';
}

/** Where an API finds what is mounted into it. */
const MODEL_MOUNT = '/model';
const SECRETS_MOUNT = '/run/secrets';

export const composeApis = (material: ExportMaterial, models: ExamModels): ComposeApi[] =>
  material.config.apis.flatMap((api) => {
    const service = material.stack.services.find(({ name }) => name === apiService(api.name));
    return service ? [composeApi(material, models, api, service)] : [];
  });

function composeApi(material: ExportMaterial, models: ExamModels, api: ResolvedApi, service: Service): ComposeApi {
  const { config, serving } = material;
  const path = Object.hasOwn(models.paths, api.name) ? models.paths[api.name] : undefined;
  const model =
    path === undefined ? null : { file: path, mount: `${MODEL_MOUNT}/${path.slice(PATHS.model.length + 1)}` };
  const replicas = serving[service.name] ?? [];
  return {
    name: api.name,
    folder: apiFolder(material, api),
    service: service.name,
    what: WHAT[api.backend.kind](api),
    replicas: replicas.map(({ slot, addresses }) => ({
      service: `${service.name}-${slot}`,
      address: addresses[networkName(config.project, 'backend')] ?? '',
    })),
    build: buildOf(material, api),
    image: api.backend.kind === 'image' ? yamlText(api.backend.reference) : `${config.project}/${service.name}:1`,
    user: service.user,
    env: environmentOf(service, model, Object.keys(api.secrets).length > 0),
    model,
    secrets: Object.keys(api.secrets).map((name) => ({
      source: `${service.name}-${name}`,
      target: name,
      file: `./${PATHS.secrets}/${api.name}/${name}`,
    })),
    tmpfs: FOREIGN_TMPFS,
    memory: `${Math.ceil(service.memory / 1024 ** 2)}m`,
    cpus: service.cpus,
    pids: service.pids,
    condition: isHealthChecked(material, api) ? 'service_healthy' : 'service_started',
  };
}

const FOREIGN_TMPFS = 'rw,noexec,nosuid,nodev,size=64m,mode=1777';

const WHAT: Record<ResolvedApi['backend']['kind'], (api: ResolvedApi) => string> = {
  server: ({ debug }) => (debug ? 'label and probabilities' : 'the label'),
  build: () => 'built from its own Dockerfile',
  image: () => 'an image as it is',
};

/** Variables of a Dockerfile that images.sh finds values for. */
const BASES = new Map<string, 'python' | 'node'>([
  ['PYTHON_IMAGE', 'python'],
  ['NODE_IMAGE', 'node'],
]);

function buildOf(material: ExportMaterial, api: ResolvedApi): ComposeApi['build'] {
  const { config, builds } = material;
  const { name, backend } = api;
  const base = (key: 'python' | 'node'): string =>
    yamlText(imageVariable(key, config.images.references[key])).replaceAll('$$', '$');
  if (backend.kind === 'server') {
    return {
      context: `./${PATHS.api}`,
      dockerfile: `${folderOf(name)}/Dockerfile`,
      args: [['PYTHON_IMAGE', base('python')]],
    };
  }
  const build = builds[apiService(name)];
  if (backend.kind === 'image' || !build) return null;
  return {
    context: `./${apiFolder(material, api)}`,
    dockerfile: yamlText(build.dockerfile),
    args: Object.entries(build.args).map(([key, value]) => {
      const known = Object.hasOwn(backend.args, key) ? undefined : BASES.get(key);
      return [key, known ? base(known) : yamlText(value)];
    }),
  };
}

/** Base images that something is built on. */
export const basesOf = ({ config, builds }: ExportMaterial): Set<'python' | 'node'> =>
  new Set(
    config.apis.flatMap(({ name, backend }) => {
      if (backend.kind === 'server') return ['python' as const];
      if (backend.kind === 'image') return [];
      return Object.keys(builds[apiService(name)]?.args ?? {}).flatMap((key) =>
        Object.hasOwn(backend.args, key) ? [] : (BASES.get(key) ?? []),
      );
    }),
  );

/** As under fortress, but for where its files are, and with a home for those who want to write into one. */
function environmentOf({ env }: Service, model: ComposeApi['model'], hasSecrets: boolean): ComposeApi['env'] {
  const all = {
    ...env,
    ...(model && { MODEL_PATH: model.mount }),
    ...(hasSecrets && { SECRETS_PATH: SECRETS_MOUNT }),
    HOME: '/tmp',
  };
  return Object.entries(all).map(([key, value]) => [key, yamlText(value)]);
}

/** Whether its Dockerfile has a check; of an image that is used as it is nobody knows. */
function isHealthChecked({ builds }: ExportMaterial, { name, backend }: ResolvedApi): boolean {
  if (backend.kind !== 'build') return backend.kind === 'server';
  const build = builds[apiService(name)];
  const dockerfile = build?.context.find(({ path }) => path === build.dockerfile);
  return dockerfile !== undefined && readDockerfile(dockerfile.content.toString()).healthcheck;
}

/** What is below `src/api`: FastAPI apps in place of our own server, and what people build themselves. */
export function apiFiles(material: ExportMaterial): ExportedFile[] {
  const { config, builds } = material;
  const own = config.apis
    .filter(({ name }) => contextOwner(builds, apiService(name)) === apiService(name))
    .flatMap((api) =>
      (builds[apiService(api.name)]?.context ?? []).map((file) => ({
        ...file,
        path: `${apiFolder(material, api)}/${file.path}`,
      })),
    );
  const served = config.apis.filter(({ backend }) => backend.kind === 'server');
  return [...(served.length > 0 ? [...sharedFiles(), ...served.flatMap(appFiles)] : []), ...own];
}

/**
 * Where the files of an API are. What all are built from lies where the exam looks for it, e.g.
 * `src/api/requirements.txt`; beside the files of others it has a folder of its own, so that none is in another's way.
 */
function apiFolder({ config, builds }: ExportMaterial, { name }: ResolvedApi): string {
  const ownerOf = (api: ResolvedApi): string => contextOwner(builds, apiService(api.name));
  const withFiles = config.apis.filter(({ backend }) => backend.kind !== 'image');
  const sharing = withFiles.filter((api) => ownerOf(api) === contextOwner(builds, apiService(name)));
  if (sharing.length > 1 && sharing.length === withFiles.length) return PATHS.api;
  return `${PATHS.api}/${folderOf(sharing[0]?.name ?? name)}`;
}

/** Of all FastAPI apps; the folders of the two apps are taken up one by one. */
const sharedFiles = (): ExportedFile[] =>
  templateFolder('fastapi')
    .filter(({ path }) => !/^v[12]\//.test(path))
    .map((file) => ({ ...file, path: `${PATHS.api}/${file.path}` }));

/** The package of the FastAPI apps is beside them. */
const SHARED = 'serving';

/** An API of its name makes way for it, to where no name of an API leads. */
const folderOf = (name: string): string => (name === SHARED ? `${name}_api` : name);

/** One that tells probabilities is made from the template of v2, any other from that of v1. */
function appFiles({ name, debug }: ResolvedApi): ExportedFile[] {
  const template = debug ? 'v2' : 'v1';
  const named = (text: string): string =>
    name === template
      ? text
      : text
          .replaceAll(new RegExp(`\\b${template}\\b(/?)`, 'g'), (_, slash: string) =>
            slash ? `${folderOf(name)}/` : name,
          )
          .replace(`Version ${template.slice(1)} of the API`, `The API ${name}`);
  return ['Dockerfile', 'main.py'].map((file) => ({
    path: `${PATHS.api}/${folderOf(name)}/${file}`,
    content: named(readTemplate(`fastapi/${template}/${file}`)),
  }));
}
