import type { ExportMaterial } from '../exported.js';
import type { Access } from './access.js';
import type { ComposeApi } from './apis.js';
import { linksOf } from './links.js';
import { CERTIFICATE, PATHS } from './paths.js';

/** What `exam/README.md.eta` may use. */
export function readmeView({ config }: ExportMaterial, apis: ComposeApi[], access: Access): object {
  const { project, gateway, routes, monitoring } = config;
  const links = linksOf(config);
  return {
    project,
    apis,
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
