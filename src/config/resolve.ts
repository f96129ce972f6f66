import { basename, resolve } from 'node:path';
import { configError } from '../errors.js';
import { OFFICIAL_IMAGES } from '../images/official.js';
import { DEFAULT_PRESET, PRESETS } from './presets.js';
import { resolveApis } from './resolve-apis.js';
import type { OwnCertificatePaths, ResolvedConfig } from './resolved.js';
import { resolveHooks } from './resolve-hooks.js';
import { resolveRoutes } from './resolve-routes.js';
import type { FortressConfig, TlsConfig } from './types.js';
import { stateFolder } from './state-folder.js';
import { definedOnly } from './defined-only.js';

/**
 * Fills in every default and makes every path absolute. Pure.
 * @param root absolute path of the folder that holds the configuration file
 * @throws FortressError (exit 2) where keys contradict each other
 */
export function resolveConfig(input: FortressConfig, root: string): ResolvedConfig {
  const preset = PRESETS[input.preset ?? 'default'];
  const apis = resolveApis(input.apis ?? preset.apis ?? DEFAULT_PRESET.apis, root);
  const project = input.project ?? projectFromFolder(root);
  const resolved: ResolvedConfig = {
    project,
    preset: input.preset ?? 'default',
    root,
    stateDir: stateFolder(root),
    gateway: resolveGateway(input.gateway ?? {}, preset.gateway ?? {}, root),
    apis,
    routes: resolveRoutes(
      input.routes,
      apis.map(({ name }) => name),
    ),
    monitoring: resolveMonitoring(input.monitoring, preset.monitoring || {}),
    images: {
      project,
      source: input.images?.source ?? 'auto',
      references: { ...OFFICIAL_IMAGES, ...definedOnly(input.images?.references ?? {}) },
    },
    guard: input.guard ?? true,
    hooks: resolveHooks(input.hooks ?? {}),
    templates: input.templates === undefined ? null : resolve(root, input.templates),
  };
  assertDistinctPorts(resolved);
  return resolved;
}

function resolveGateway(
  input: NonNullable<FortressConfig['gateway']>,
  preset: NonNullable<FortressConfig['gateway']>,
  root: string,
): ResolvedConfig['gateway'] {
  const merged = { ...DEFAULT_PRESET.gateway, ...preset, ...definedOnly(input) };
  const tls = { ...DEFAULT_PRESET.gateway.tls, ...preset.tls, ...definedOnly(input.tls ?? {}) };
  const own = resolveOwnCertificate(input.tls ?? {}, root);
  const users = merged.users.map((user) =>
    typeof user === 'string' ? { name: user, password: null } : { name: user.name, password: user.password ?? null },
  );
  assertUnique(
    users.map(({ name }) => name),
    'gateway.users',
    'user',
  );
  return {
    // nginx and DNS compare names without regard to case.
    hosts: [...new Set(merged.hosts.map((host) => host.toLowerCase()))],
    bind: merged.bind,
    httpPort: merged.httpPort,
    httpsPort: merged.httpsPort,
    bodyLimit: merged.bodyLimit,
    users,
    rateLimit:
      input.rateLimit === false ? null : { ...DEFAULT_PRESET.gateway.rateLimit, ...definedOnly(input.rateLimit ?? {}) },
    connectionsPerClient: merged.connectionsPerClient,
    passwords: { ...DEFAULT_PRESET.gateway.passwords, ...definedOnly(input.passwords ?? {}) },
    tls: {
      key: tls.key,
      days: tls.days,
      // A certificate that is always "about to expire" would be renewed by every `up`.
      renewBeforeDays: Math.min(tls.renewBeforeDays, tls.days / 3),
      hsts: tls.hsts,
      // Of the certificates it makes, fortress gives clients a copy; a preset's place for it means nothing to others.
      caFile: tls.caFile === undefined || own !== null ? null : resolve(root, tls.caFile),
      own,
    },
  };
}

function resolveOwnCertificate(
  { certificate, certificateKey, ca, caFile }: TlsConfig,
  root: string,
): OwnCertificatePaths | null {
  if (certificate === undefined && certificateKey === undefined) {
    if (ca === undefined) return null;
    throw configError(`gateway.tls.ca: found "${ca}" without gateway.tls.certificate, to which it would belong`, {
      hint: 'name the certificate too; where a copy of fortress’s own CA is to be put is `caFile`',
    });
  }
  if (certificate === undefined || certificateKey === undefined) {
    const given = certificate === undefined ? 'certificateKey' : 'certificate';
    throw configError(`gateway.tls: found only "${given}"; expected both certificate and certificateKey, or neither`);
  }
  if (caFile !== undefined) {
    throw configError(`gateway.tls.caFile: found "${caFile}" beside a certificate of your own`, {
      why: 'it is where fortress puts a copy of its own CA, which has signed nothing here',
      hint: 'leave it out; the CA that clients are to trust is `gateway.tls.ca`',
    });
  }
  return {
    certificate: resolve(root, certificate),
    certificateKey: resolve(root, certificateKey),
    ca: ca === undefined ? null : resolve(root, ca),
  };
}

function resolveMonitoring(
  input: FortressConfig['monitoring'],
  preset: NonNullable<Exclude<FortressConfig['monitoring'], false>>,
): ResolvedConfig['monitoring'] {
  if (input === false) return null;
  const merged = { ...DEFAULT_PRESET.monitoring, ...definedOnly(preset), ...definedOnly(input ?? {}) };
  const grafana = { ...DEFAULT_PRESET.monitoring.grafana, ...preset.grafana, ...definedOnly(input?.grafana || {}) };
  return {
    bind: merged.bind,
    exporterPort: merged.exporterPort,
    prometheusPort: merged.prometheusPort,
    scrapeInterval: merged.scrapeInterval,
    retention: merged.retention,
    grafana:
      input?.grafana === false ? null : { port: grafana.port, user: grafana.user, password: grafana.password ?? null },
  };
}

function assertDistinctPorts({ gateway, monitoring }: ResolvedConfig): void {
  const ports: [string, number | undefined][] = [
    ['gateway.httpPort', gateway.httpPort],
    ['gateway.httpsPort', gateway.httpsPort],
    ['monitoring.exporterPort', monitoring?.exporterPort],
    ['monitoring.prometheusPort', monitoring?.prometheusPort],
    ['monitoring.grafana.port', monitoring?.grafana?.port],
  ];
  for (const [index, [key, port]] of ports.entries()) {
    const twin = ports.slice(0, index).find(([, other]) => other === port);
    if (port !== undefined && twin) {
      throw configError(`${key}: found ${port}, which ${twin[0]} has too; expected five different ports`);
    }
  }
}

function assertUnique(names: string[], key: string, noun: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw configError(`${key}: found the ${noun} "${twice}" twice; expected each once`);
}

/** `My Project!` → `my-project`; a folder name without any usable letter gives `fortress`. */
export function projectFromFolder(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return name.replaceAll(/^-+|-+$/g, '') || 'fortress';
}
