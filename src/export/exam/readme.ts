import type { ExportMaterial } from '../exported.js';
import type { Access } from './access.js';
import type { ComposeApi } from './apis.js';
import { linksOf } from './links.js';
import { CERTIFICATE, PATHS } from './paths.js';

/** What `exam/README.md.eta` may use. */
export function readmeView({ config, builds }: ExportMaterial, apis: ComposeApi[], access: Access): object {
  const { project, gateway, routes, monitoring } = config;
  const links = linksOf(config);
  return {
    project,
    sources: sourcesOf(apis, builds),
    hasOwnApps: config.apis.some(({ backend }) => backend.kind === 'server'),
    hasModel: apis.some(({ model }) => model !== null),
    links,
    certificate: CERTIFICATE,
    user: access.user,
    curlUser: access.password === null ? access.user : `${access.user}:${access.password}`,
    gateway,
    rules: routes.rules,
    weights: routes.weights,
    defaultApi: routes.default,
    monitoring,
    secrets: apis.flatMap(({ secrets }) => secrets),
    rootApis: apis.filter(({ user }) => Number(user.split(':')[0]) === 0).map(({ name }) => name),
    uncheckedApis: apis.filter(({ condition }) => condition === 'service_started').map(({ name }) => name),
    paths: PATHS,
    diagram: diagramOf(config.routes.rules, routes, apis),
  };
}

/** One row for each folder; several APIs may be built from one. */
function sourcesOf(apis: ComposeApi[], builds: ExportMaterial['builds']): { folder: string; what: string }[] {
  const built = apis.filter(({ build }) => build !== null);
  return [...new Set(built.map(({ folder }) => folder))].map((folder) => ({
    folder,
    what: sourceOf(
      built.filter((api) => api.folder === folder),
      builds,
    ),
  }));
}

function sourceOf(apis: ComposeApi[], builds: ExportMaterial['builds']): string {
  const [first] = apis;
  if (first && apis.length === 1) return `API ${first.name}: ${first.what}`;
  const dockerfiles = new Set(apis.map(({ service }) => `\`${builds[service]?.dockerfile}\``));
  return `APIs ${apis.map(({ name }) => name).join(' and ')}: built from ${[...dockerfiles].join(' and ')}`;
}

/** One edge from the gateway to each API, with what leads there. */
function diagramOf(
  rules: { header: string; value: string; to: string }[],
  { default: fallback, weights }: { default: string; weights: { percent: number; to: string }[] },
  apis: ComposeApi[],
): { id: string; label: string; edge: string }[] {
  return apis.map(({ name, replicas }) => ({
    // Neither a node of our own nor a word of Mermaid, such as "end".
    id: `api_${name.replaceAll('-', '_')}`,
    label: `${name} ×${replicas.length}`,
    edge:
      [
        ...rules.filter(({ to }) => to === name).map(({ header, value }) => `${header}: ${value}`),
        ...weights.filter(({ to }) => to === name).map(({ percent }) => `${percent} % of the clients`),
        ...(name === fallback ? ['everything else'] : []),
      ].join(', ') || 'nothing',
  }));
}
