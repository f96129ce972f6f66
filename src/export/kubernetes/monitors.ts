import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { METRICS_PATH } from '../../stack/services/gateway.js';
import type { Manifest } from './manifest.js';
import { COMPONENT, selectorOf, stackLabels } from './names.js';
import { readinessPort } from './ports.js';
import { isGateway, type Workload } from './target.js';

/** Of the Prometheus operator, `monitoring.coreos.com/v1`: as much of it as is used here. */
interface ServiceMonitor {
  apiVersion: 'monitoring.coreos.com/v1';
  kind: 'ServiceMonitor';
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: {
    selector: { matchLabels: Record<string, string> };
    endpoints: { port: string; path: string; interval: string; relabelings?: Relabeling[] }[];
  };
}

interface Relabeling {
  targetLabel: string;
  sourceLabels?: string[];
  replacement?: string;
}

/** Where a Prometheus operator is usually installed. */
const OPERATOR_NAMESPACE = 'monitoring';

/** For clusters with a Prometheus operator: what it is to ask, and that it may. */
export function serviceMonitors(namespace: string, workloads: Workload[], interval: string): Manifest[] {
  const monitored = workloads.flatMap((workload) => monitorOf(workload, interval) ?? []);
  return [...monitored.map((object) => ({ object })), operatorPolicy(namespace, workloads)];
}

function monitorOf({ namespace, service, api }: Workload, interval: string): ServiceMonitor | null {
  const path = isGateway(service) ? METRICS_PATH : service.name === 'exporter' ? '/metrics' : api?.metrics;
  if (path === null || path === undefined) return null;
  const { name: port } = readinessPort(service);
  const labels = selectorOf(namespace, service.name);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: service.name, namespace, labels },
    spec: {
      selector: { matchLabels: { ...labels, [COMPONENT]: api === null ? port : 'pods' } },
      endpoints: [{ port, path, interval, ...(api !== null && { relabelings: armOf(api.name) }) }],
    },
  };
}

const armOf = (name: string): Relabeling[] => [
  { targetLabel: 'arm', replacement: name },
  { sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'replica' },
];

/** The other policies let nobody in from other namespaces. */
function operatorPolicy(namespace: string, workloads: Workload[]): Manifest<INetworkPolicy> {
  const monitored = workloads.filter(
    ({ service, api }) => isGateway(service) || service.name === 'exporter' || (api?.metrics ?? null) !== null,
  );
  const ports = [...new Set(monitored.map(({ service }) => readinessPort(service).port))];
  return {
    about: `Change "${OPERATOR_NAMESPACE}" where the operator's Prometheus runs in another namespace.`,
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'prometheus-operator', namespace, labels: stackLabels(namespace) },
      spec: {
        podSelector: {
          matchExpressions: [
            {
              key: 'app.kubernetes.io/name',
              operator: 'In',
              values: monitored.map(({ service }) => service.name),
            },
          ],
        },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': OPERATOR_NAMESPACE } } }],
            ports: ports.map((port) => ({ port, protocol: 'TCP' })),
          },
        ],
      },
    },
  };
}
