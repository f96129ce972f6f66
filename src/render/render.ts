import { createHash, createHmac } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolved.js';
import type { ModelFiles } from '../model/model-files.js';
import { apiService } from '../stack/names.js';
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
}

/** Files of one service. Those of the gateway and of Prometheus name the containers that serve; no others do. */
export type RenderService = (service: Service, serving: Serving) => ServiceFile[];

/** Pure but for reading the templates. */
export function createServiceRenderer(
  config: ResolvedConfig,
  stack: Stack,
  materials: Materials,
  render: Renderer,
): RenderService {
  const { monitoring } = config;
  const secret = (path: string, content: string): ServiceFile => ({
    path,
    content,
    hash: keyedHash(materials.hashKey, content),
    secret: true,
  });
  return ({ name }, serving) => {
    if (name === 'gateway') {
      return [
        text('nginx.conf', render('nginx/nginx.conf.eta', gatewayView(config, serving, gatewayCredentials(materials)))),
        text('logins.js', render('nginx/logins.js', {})),
        ...(monitoring ? [text('metrics.js', render('nginx/metrics.js', {}))] : []),
        text('server.crt', materials.certificate),
        secret('server.key', materials.key),
        secret('htpasswd', materials.htpasswd),
        // With a rate limit only: without one there is nothing to exempt from.
        ...(config.gateway.rateLimit === null ? [] : [secret('probe.conf', `"${materials.probeToken}" "";\n`)]),
        ...(config.routes.weights.length === 0
          ? []
          : [secret('named-client.conf', `"${materials.probeToken}" $named_client;\n`)]),
      ];
    }
    if (name === 'prometheus' && monitoring) {
      const { scrapeInterval } = monitoring;
      return [
        text(
          'prometheus.yml',
          render('prometheus/prometheus.yml.eta', prometheusView(config, serving, scrapeInterval)),
        ),
        text('rules.yml', render('prometheus/rules.yml.eta', rulesView(config, scrapeInterval))),
      ];
    }
    if (name === 'grafana' && monitoring) {
      const view = grafanaView(config, monitoring.scrapeInterval, `${FILES_CURRENT}/dashboards`);
      return [
        ...GRAFANA_TEMPLATES.map((path) => text(path, render(`grafana/${path}.eta`, view))),
        secret('admin-password', materials.grafanaPassword ?? ''),
      ];
    }
    const model = config.apis.find((api) => apiService(api.name) === name)?.model;
    return model === undefined ? [] : modelFiles(materials.models[model] ?? {});
  };
}

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
const keyedHash = (key: string, content: string): string => createHmac('sha256', key).update(content).digest('hex');

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
