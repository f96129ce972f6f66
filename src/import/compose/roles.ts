import type { ComposeProject, ComposeService } from './read-compose.js';

/** Which service does what. */
export interface Roles {
  gateway: ComposeService | null;
  exporter: ComposeService | null;
  prometheus: ComposeService | null;
  grafana: ComposeService | null;
  /** Neither: APIs, and whatever else there is. */
  others: ComposeService[];
}

const EXPORTER = /nginx-?_?(?:prometheus-?_?)?exporter|prometheus-nginx-exporter|(?:^|\/)exporter(?::|@|$)/i;
const PROMETHEUS = /(?:^|\/)prometheus(?::|@|$)/i;
const GRAFANA = /(?:^|\/)grafana(?:-oss|-enterprise)?(?::|@|$)/i;
const NGINX = /(?:^|\/)(?:nginx(?:-unprivileged)?|openresty)(?::|@|$)/i;

/** Told by the image that each runs, or is built on. Pure. */
export function rolesOf({ services }: ComposeProject): Roles {
  const exporter = services.find(runs(EXPORTER)) ?? null;
  const prometheus = services.find(runs(PROMETHEUS)) ?? null;
  const grafana = services.find(runs(GRAFANA)) ?? null;
  const rest = services.filter((service) => ![exporter, prometheus, grafana].includes(service));
  const byImage = rest.filter(runs(NGINX));
  const gateway = gatewayAmong(byImage.length > 0 ? byImage : rest.filter(hasNginxFiles));
  return { gateway, exporter, prometheus, grafana, others: rest.filter((service) => service !== gateway) };
}

/** The one that can be reached, else the first. */
const gatewayAmong = (candidates: ComposeService[]): ComposeService | null =>
  candidates.find(({ settings }) => settings['ports'] !== undefined) ?? candidates[0] ?? null;

/** An image of somebody's own that gets nginx's files. */
const hasNginxFiles = ({ view }: ComposeService): boolean =>
  [
    '/etc/nginx/nginx.conf',
    '/etc/nginx/conf.d/*',
    '/etc/nginx/templates/*',
    '/usr/local/openresty/nginx/conf/nginx.conf',
  ].some((pattern) => view.matching(pattern).length > 0);

const runs =
  (pattern: RegExp) =>
  (service: ComposeService): boolean =>
    imagesOf(service).some((image) => pattern.test(image));

/** What is built may be called anything: its base says what it is, else the names that it was given. */
const imagesOf = ({ name, image, build, imageFacts }: ComposeService): string[] =>
  build === null ? [image ?? ''] : [imageFacts?.base ?? '', image ?? '', name];
