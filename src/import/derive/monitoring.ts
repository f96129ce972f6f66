import type { GrafanaConfig, MonitoringConfig } from '../../config/types.js';
import { isAddress, PASSWORD, USER_NAME } from '../../config/schema.js';
import { DURATION_PATTERN, parseDuration } from '../../config/units.js';
import { itemsOf, pairsOf, textOf } from '../../grade/compose/document.js';
import { mountsOf, portsOf } from '../../grade/compose/service.js';
import { isNamedPort } from '../compose/named-port.js';
import { interpolate, unsetVariables } from '../compose/interpolate.js';
import type { ComposeService } from '../compose/read-compose.js';
import { namesOf } from './api-groups.js';
import type { ImportContext } from './context.js';

/** Exporter, Prometheus and Grafana as the compose file runs them; false: none of them. */
export function deriveMonitoring(context: ImportContext): MonitoringConfig | false {
  const { roles, notes, compose } = context;
  const { exporter, prometheus, grafana } = roles;
  if (!exporter && !prometheus && !grafana) {
    notes.carry('monitoring', `${compose.file}: neither exporter nor Prometheus nor Grafana is among the services`);
    return false;
  }
  leaveOpenPorts(context);
  leavePrometheus(context);
  return {
    ...bindOf(context),
    ...portKey('exporterPort', exporter, context),
    ...portKey('prometheusPort', prometheus, context),
    ...deriveScrapeInterval(context),
    ...deriveRetention(context),
    grafana: deriveGrafana(context),
  };
}

const services = ({ roles }: ImportContext): ComposeService[] =>
  [roles.exporter, roles.prometheus, roles.grafana].filter((service) => service !== null);

function bindOf(context: ImportContext): Pick<MonitoringConfig, 'bind'> {
  const addresses = services(context).flatMap(({ settings }) => portsOf(settings).map(({ address }) => address));
  const [first] = addresses;
  if (first === undefined || !isAddress(first) || addresses.some((address) => address !== first)) return {};
  context.notes.carry('monitoring.bind', `${context.compose.file}: ${first}`);
  return { bind: first };
}

/** Compose publishes on every address unless told otherwise; figures and dashboards are not for everybody. */
function leaveOpenPorts(context: ImportContext): void {
  const open = services(context).filter(({ settings }) =>
    portsOf(settings).some((port) => port.address === '' && isNamedPort(port)),
  );
  if (open.length === 0) return;
  context.notes.leave(
    `${open.map(({ name }) => name).join(', ')} for the whole network`,
    open.map(({ name }) => context.compose.placeOf('services', name, 'ports')),
    'their ports were published on every address of the machine; with fortress only the machine itself reaches them',
    "monitoring.bind: '0.0.0.0' opens them again",
  );
}

function portKey<Key extends 'exporterPort' | 'prometheusPort' | 'port'>(
  key: Key,
  service: ComposeService | null,
  { notes, compose }: ImportContext,
): Partial<Record<Key, number>> {
  const port = service ? portsOf(service.settings).find(isNamedPort) : undefined;
  if (!service || port?.published == null) return {};
  notes.carry(
    key === 'port' ? 'monitoring.grafana.port' : `monitoring.${key}`,
    `${compose.placeOf('services', service.name, 'ports')}: ${port.published}:${port.target}`,
  );
  return { [key]: port.published } as Partial<Record<Key, number>>;
}

function deriveScrapeInterval({ prometheus, notes }: ImportContext): Pick<MonitoringConfig, 'scrapeInterval'> {
  const { scrapeInterval: interval, file } = prometheus;
  if (interval === null || file === null) return {};
  if (DURATION_PATTERN.test(interval) && parseDuration(interval) <= parseDuration('1d')) {
    notes.carry('monitoring.scrapeInterval', `${file}: scrape_interval: ${interval}`);
    return { scrapeInterval: interval };
  }
  notes.leave(
    `scrape_interval: ${interval}`,
    file,
    'fortress takes one number with one unit, up to a day',
    'monitoring.scrapeInterval',
  );
  return {};
}

function deriveRetention({ roles, notes, compose }: ImportContext): Pick<MonitoringConfig, 'retention'> {
  const command = itemsOf(roles.prometheus?.settings['command']).map(textOf).join(' ');
  const time = /--storage\.tsdb\.retention(?:\.time)?[= ]["']?(?<time>\w+)/.exec(command)?.groups?.['time'];
  if (time === undefined || !roles.prometheus) return {};
  const where = compose.placeOf('services', roles.prometheus.name, 'command');
  if (DURATION_PATTERN.test(time) && parseDuration(time) <= parseDuration('100y')) {
    notes.carry('monitoring.retention', `${where}: retention ${time}`);
    return { retention: time };
  }
  notes.leave(`a retention of ${time}`, where, 'fortress takes one number with one unit', 'monitoring.retention');
  return {};
}

function deriveGrafana(context: ImportContext): GrafanaConfig | false {
  const { roles, notes, compose } = context;
  const { grafana } = roles;
  if (!grafana) {
    notes.carry('monitoring.grafana', `${compose.file}: no Grafana is among the services`);
    return false;
  }
  const place = (name: string): string => compose.placeOf('services', grafana.name, 'environment', name);
  const written = pairsOf(compose.written.services[grafana.name]?.['environment']);
  const user = standing(written['GF_SECURITY_ADMIN_USER'] ?? '', compose.values) ?? '';
  const asked = written['GF_SECURITY_ADMIN_PASSWORD'] ?? '';
  const password = standing(asked, compose.values);
  const result: GrafanaConfig = portKey('port', grafana, context);
  if (USER_NAME.test(user)) {
    result.user = user;
    notes.carry('monitoring.grafana.user', `${place('GF_SECURITY_ADMIN_USER')}: GF_SECURITY_ADMIN_USER`);
  }
  if (password !== null && PASSWORD.test(password)) {
    result.password = password;
    notes.carry(
      'monitoring.grafana.password',
      `${place('GF_SECURITY_ADMIN_PASSWORD')}: GF_SECURITY_ADMIN_PASSWORD, which stands there for all to read`,
    );
  } else if (asked !== '') {
    notes.leave(
      "Grafana's password",
      place('GF_SECURITY_ADMIN_PASSWORD'),
      'it comes from the environment of whoever starts the project',
      'fortress makes a random one: `fortress users`; or monitoring.grafana.password',
    );
  }
  leaveGrafana(grafana, Object.keys(written), context);
  return result;
}

/** What the compose file itself says, its defaults included; null: the value comes from elsewhere. Pure. */
function standing(written: string, values: Readonly<Record<string, string>>): string | null {
  const text = interpolate(written, {});
  return unsetVariables(written, {}).length === 0 && text === interpolate(written, values) ? text : null;
}

function leaveGrafana(grafana: ComposeService, variables: string[], { notes, compose }: ImportContext): void {
  const settings = variables.filter(
    (name) =>
      name.startsWith('GF_') && !/^GF_(?:SECURITY_ADMIN_(?:USER|PASSWORD)|PATHS_|USERS_ALLOW_SIGN_UP)/.test(name),
  );
  if (settings.length > 0)
    notes.leave(
      `settings of Grafana: ${settings.join(', ')}`,
      compose.placeOf('services', grafana.name, 'environment'),
      'Grafana runs with those of fortress',
    );
  const mounts = mountsOf(grafana.settings).filter(({ type }) => type === 'bind');
  if (mounts.length > 0)
    notes.leave(
      `dashboards and data sources of Grafana: ${mounts.map(({ source }) => source).join(', ')}`,
      compose.placeOf('services', grafana.name, 'volumes'),
      'fortress brings its own ones',
      'import a dashboard of yours in Grafana, or put it into your folder of templates (docs/templates.md)',
    );
}

/** What fortress has Prometheus ask. */
const OWN_JOBS = ['nginx', 'gateway', 'api', 'prometheus'];

function leavePrometheus({ prometheus, roles, notes }: ImportContext): void {
  const { jobs, others, isOurs, file } = prometheus;
  if (file === null) return;
  const known = new Set([
    'localhost',
    '127.0.0.1',
    ...[roles.gateway, roles.exporter, roles.prometheus, roles.grafana, ...roles.others].flatMap((service) =>
      service ? namesOf(service) : [],
    ),
  ]);
  const foreign = jobs.filter(({ name, targets }) =>
    isOurs ? !OWN_JOBS.includes(name) : targets.length === 0 || targets.some(({ host }) => !known.has(host)),
  );
  const parts = others.filter((key) => !isOurs || key !== 'rule_files');
  if (foreign.length > 0)
    notes.leave(
      `scrape jobs ${foreign.map(({ name }) => name).join(', ')}`,
      foreign.map(({ where }) => where),
      'Prometheus asks the gateway, the exporter, the APIs and itself',
      'add the job in your own prometheus.yml.eta (docs/templates.md)',
    );
  if (parts.length > 0)
    notes.leave(
      `${parts.join(', ')} of Prometheus`,
      file,
      'fortress has its own rules and sends nothing on',
      'add them in your own prometheus.yml.eta (docs/templates.md)',
    );
}
