import { networkName } from '../../stack/names.js';
import type { ExportMaterial } from '../exported.js';
import type { Access } from './access.js';
import type { ComposeApi } from './apis.js';
import { imageVariable, yamlText } from './yaml.js';

/** What `exam/docker-compose.yml.eta` may use. */
export function composeView({ config, stack }: ExportMaterial, apis: ComposeApi[], access: Access): object {
  const { project, gateway, monitoring, images } = config;
  const backend = stack.networks.find(({ name }) => name === networkName(project, 'backend'));
  const image = (name: 'nginx' | 'exporter' | 'prometheus' | 'grafana'): string =>
    imageVariable(name, images.references[name]);
  return {
    project,
    apis,
    images: {
      nginx: image('nginx'),
      exporter: image('exporter'),
      prometheus: image('prometheus'),
      grafana: image('grafana'),
    },
    bind: inBrackets(gateway.bind),
    httpPort: gateway.httpPort,
    httpsPort: gateway.httpsPort,
    subnet: backend?.addresses?.subnet,
    dynamicRange: backend?.addresses?.dynamicRange,
    secrets: apis.flatMap(({ secrets }) => secrets),
    monitoring: monitoring && {
      ...monitoring,
      bind: inBrackets(monitoring.bind),
      grafana: monitoring.grafana && {
        port: monitoring.grafana.port,
        user: yamlText(monitoring.grafana.user),
        password:
          access.grafanaPassword === null
            ? '${GRAFANA_PASSWORD:?run make images, which makes one}'
            : `\${GRAFANA_PASSWORD:-${access.grafanaPassword}}`,
      },
    },
  };
}

const inBrackets = (bind: string): string => (bind.includes(':') ? `[${bind}]` : bind);
