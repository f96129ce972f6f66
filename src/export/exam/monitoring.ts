import type { ResolvedConfig } from '../../config/resolved.js';
import type { Renderer } from '../../render/template.js';
import { grafanaView, prometheusView, rulesView } from '../../render/views.js';
import { STATUS_PATH, STATUS_PORT } from '../../stack/services/gateway.js';
import type { ExportedFile, ExportMaterial } from '../exported.js';
import { PATHS } from './paths.js';

/** What the alarms tell people to run. */
const COMMANDS = {
  up: 'make start-project',
  status: 'docker compose ps --all',
  gatewayLogs: 'make logs SERVICE=gateway',
  apiLogs: 'make logs',
  scale: 'another export with more replicas',
};

/** Exporter, Prometheus and Grafana as under fortress; nothing where the configuration has none. */
export function monitoringFiles({ config, serving }: ExportMaterial, render: Renderer, own: Renderer): ExportedFile[] {
  const { monitoring, images } = config;
  if (monitoring === null) return [];
  const { scrapeInterval } = monitoring;
  return [
    {
      path: `${PATHS.exporter}/Dockerfile`,
      content: render('exam/deployments/exporter/Dockerfile.eta', {
        exporterImage: images.references.exporter,
        nginxImage: images.references.nginx,
        statusPort: STATUS_PORT,
        statusPath: STATUS_PATH,
      }),
    },
    {
      path: `${PATHS.prometheus}/prometheus.yml`,
      content: own('prometheus/prometheus.yml.eta', prometheusView(config, serving, scrapeInterval)),
    },
    {
      path: `${PATHS.prometheus}/rules.yml`,
      content: own('prometheus/rules.yml.eta', {
        ...rulesView(config, scrapeInterval),
        ownCertificate: false,
        commands: COMMANDS,
      }),
    },
    ...(monitoring.grafana ? grafanaFiles(config, scrapeInterval, own) : []),
  ];
}

const grafanaFiles = (config: ResolvedConfig, scrapeInterval: string, own: Renderer): ExportedFile[] =>
  ['provisioning/datasources/prometheus.yaml', 'provisioning/dashboards/fortress.yaml', 'dashboards/gateway.json'].map(
    (path) => ({
      path: `${PATHS.grafana}/${path}`,
      content: own(`grafana/${path}.eta`, grafanaView(config, scrapeInterval, '/etc/grafana/dashboards')),
    }),
  );
