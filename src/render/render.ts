import { createHash, createHmac } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolved.js';
import type { ModelFiles } from '../model/model-files.js';
import { apiService } from '../stack/names.js';
import { SECRETS_FOLDER } from '../stack/services/api.js';
import { FILES_CURRENT, type Service, type ServiceFile, type Stack } from '../stack/stack.js';
import type { Renderer } from './template.js';
import { gatewayView, grafanaView, prometheusView, rulesView, type GatewayCredentials, type Serving } from './views.js';

/** What goes into files and is not in the configuration. */
export interface Materials {
  /** PEM: leaf certificate and key of the gateway. */
  certificate: string;
  key: string;
  /** When the gateway's certificate expires. */
  expiresAt: Date;
  htpasswd: string;
  /** Secret; requests that name it are not limited. */
  probeToken: string;
  /** Secret; hashes of secret files are keyed with it, because hashes end up in labels. */
  hashKey: string;
  grafanaPassword: string | null;
  /** By absolute path of the model. */
  models: Record<string, ModelFiles>;
  /** Contents of the APIs' secrets, by absolute path of the file. */
  secrets: Record<string, Buffer>;
}

/** Files of one service. Those of the gateway and of Prometheus name the containers that serve; no others do. */
export type RenderService = (service: Service, serving: Serving) => ServiceFile[];

/** What the files of a service are made of. */
interface Sources {
  config: ResolvedConfig;
  materials: Materials;
  render: Renderer;
  service: Service;
  serving: Serving;
}

/** Pure but for reading the templates. */
export const createServiceRenderer =
  (config: ResolvedConfig, stack: Stack, materials: Materials, render: Renderer): RenderService =>
  (service, serving) =>
    (FILES[service.name] ?? apiFiles)({ config, materials, render, service, serving });

function gatewayFiles({ config, materials, render, serving }: Sources): ServiceFile[] {
  const { monitoring, gateway, routes } = config;
  const { certificate, key, htpasswd, probeToken, hashKey } = materials;
  return [
    text('nginx.conf', render('nginx/nginx.conf.eta', gatewayView(config, serving, gatewayCredentials(materials)))),
    text('logins.js', render('nginx/logins.js', {})),
    ...(monitoring ? [text('metrics.js', render('nginx/metrics.js', {}))] : []),
    text('server.crt', certificate),
    secret(hashKey, 'server.key', key),
    secret(hashKey, 'htpasswd', htpasswd),
    // With a rate limit only: without one there is nothing to exempt from.
    ...(gateway.rateLimit === null ? [] : [secret(hashKey, 'probe.conf', `"${probeToken}" "";\n`)]),
    ...(routes.weights.length === 0 ? [] : [secret(hashKey, 'named-client.conf', `"${probeToken}" $named_client;\n`)]),
  ];
}

function prometheusFiles({ config, render, serving }: Sources): ServiceFile[] {
  if (config.monitoring === null) return [];
  const { scrapeInterval } = config.monitoring;
  return [
    text('prometheus.yml', render('prometheus/prometheus.yml.eta', prometheusView(config, serving, scrapeInterval))),
    text('rules.yml', render('prometheus/rules.yml.eta', rulesView(config, scrapeInterval))),
  ];
}

function grafanaFiles({ config, materials, render }: Sources): ServiceFile[] {
  if (config.monitoring === null) return [];
  const view = grafanaView(config, config.monitoring.scrapeInterval, `${FILES_CURRENT}/dashboards`);
  return [
    ...GRAFANA_TEMPLATES.map((path) => text(path, render(`grafana/${path}.eta`, view))),
    secret(materials.hashKey, 'admin-password', materials.grafanaPassword ?? ''),
  ];
}

/** None, where the service is no API. */
function apiFiles({ config, materials, service }: Sources): ServiceFile[] {
  const api = config.apis.find(({ name }) => apiService(name) === service.name);
  if (!api) return [];
  return [
    ...(api.model === null ? [] : modelFiles(materials.models[api.model] ?? {})),
    ...Object.entries(api.secrets).map(([key, path]) =>
      secret(materials.hashKey, `${SECRETS_FOLDER}/${key}`, materials.secrets[path] ?? ''),
    ),
  ];
}

/** By service; those of all others are APIs'. */
const FILES: Record<string, (sources: Sources) => ServiceFile[]> = {
  gateway: gatewayFiles,
  prometheus: prometheusFiles,
  grafana: grafanaFiles,
};

const gatewayCredentials = ({ expiresAt, hashKey, htpasswd }: Materials): GatewayCredentials => ({
  expiresAt,
  passwordGeneration: keyedHash(hashKey, htpasswd).slice(0, 16),
});

const modelFiles = (files: ModelFiles): ServiceFile[] =>
  Object.entries(files).map(([path, { source, hash }]) => ({ path, content: { source }, hash, secret: false }));

const GRAFANA_TEMPLATES = [
  'provisioning/datasources/prometheus.yaml',
  'provisioning/dashboards/fortress.yaml',
  'dashboards/gateway.json',
];

const text = (path: string, content: string): ServiceFile => ({ path, content, hash: sha256(content), secret: false });

const secret = (hashKey: string, path: string, content: string | Buffer): ServiceFile => ({
  path,
  content,
  hash: keyedHash(hashKey, content),
  secret: true,
});

const keyedHash = (key: string, content: string | Buffer): string =>
  createHmac('sha256', key).update(content).digest('hex');

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
