import { PRESETS } from '../../config/presets.js';
import { projectFromFolder } from '../../config/resolve.js';
import type { ApiConfig, FortressConfig, GatewayConfig, TlsConfig } from '../../config/types.js';
import { textOf } from '../../grade/compose/document.js';
import { deriveApi } from './api.js';
import { pathFor, type ImportContext } from './context.js';
import { deriveGateway } from './gateway.js';
import { leaveServices } from './leave-services.js';
import { deriveMonitoring } from './monitoring.js';
import { withDistinctPorts } from './ports.js';
import { derivePreset } from './preset.js';
import { deriveRoutes } from './routes.js';

/** The configuration that does what the project does. What it has from where, and what it has not, goes to the notes. */
export function deriveConfig(context: ImportContext): FortressConfig {
  const { groups, routes } = deriveRoutes(context);
  const { hosts, ...gateway } = deriveGateway(context);
  const preset = derivePreset(routes, context);
  const tls = withCaFile(gateway, preset.name, context);
  const apis = groups.map((group): [string, ApiConfig] => [group.name, deriveApi(group, routes, context)]);
  if (groups.length === 0) leaveNoApi(context);
  leaveServices(groups, context);
  leaveRouting(routes.length, context);
  const config: FortressConfig = {
    project: deriveProject(context),
    ...(preset.name === 'exam' && { preset: 'exam' }),
    gateway: {
      ...(hosts && { hosts }),
      ...(preset.users && { users: preset.users }),
      ...gateway,
      ...(tls && { tls }),
    },
    ...(groups.length > 0 && { apis: Object.fromEntries(apis) }),
    ...(routes.length > 0 && { routes }),
    monitoring: deriveMonitoring(context),
  };
  return withDistinctPorts(config, context);
}

/** The compose project's own name, else that of the folder. */
function deriveProject({ compose, target, notes }: ImportContext): string {
  const name = textOf(compose.document.raw['name']);
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(name)) return projectFromFolder(target);
  notes.carry('project', `${compose.placeOf('name')}: name: ${name}`);
  return name;
}

/** The course's place for the CA's copy may hold the project's own certificate, which nothing must overwrite. */
function withCaFile({ tls }: GatewayConfig, preset: 'default' | 'exam', context: ImportContext): TlsConfig | undefined {
  const { files, notes } = context;
  const usual = PRESETS[preset].gateway?.tls?.caFile;
  if (usual === undefined || tls?.certificate !== undefined) return tls;
  const present = files.names.find((name) => pathFor(context, name) === `./${usual}`);
  if (present === undefined) return tls;
  const caFile = usual.replace(/[^/]+$/, 'fortress-ca.crt');
  notes.leave(
    `${usual} as the certificate to trust`,
    present,
    `it is the project's own, which fortress does not overwrite; clients find the CA of fortress in ${caFile}`,
    `remove ${usual} and gateway.tls.caFile: then the CA is put there, where the course's script looks for it`,
  );
  return { ...tls, caFile };
}

function leaveNoApi({ compose, notes }: ImportContext): void {
  notes.leave(
    'the APIs',
    compose.placeOf('services'),
    'no service was found that nginx passes requests to, nor one that looks like an API',
    "fortress's own server with the default model stands in their place: name yours in apis",
  );
}

/** How the gateway chooses replicas. */
function leaveRouting(routes: number, { nginx, notes }: ImportContext): void {
  const hashed = [...nginx.upstreams.values()]
    .flatMap(({ directive }) => directive.block ?? [])
    .filter(({ name }) => name === 'ip_hash' || name === 'hash');
  const [first] = hashed;
  if (routes > 0 && first)
    notes.leave(
      first.name,
      `${first.file}:${first.line}`,
      'replicas take turns: any of them gives the same prediction',
    );
}
