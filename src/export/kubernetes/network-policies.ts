import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule';
import type { INetworkPolicyIngressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule';
import type { Manifest } from './manifest.js';
import { selectorOf, stackLabels } from './names.js';
import { readinessPort } from './ports.js';
import { isGateway, type Workload } from './target.js';

/** Who calls whom: all that there is, and all that is allowed. */
interface Flow {
  from: string;
  to: string;
  port: number;
}

/** Nothing gets in or out but what the stack needs. They hold where the cluster's network plugin enforces them. */
export function networkPolicies(namespace: string, workloads: Workload[]): Manifest<INetworkPolicy>[] {
  const flows = flowsBetween(workloads);
  return [denyAll(namespace), ...workloads.map((workload) => policyOf(workload, flows))];
}

function flowsBetween(workloads: Workload[]): Flow[] {
  const named = (name: string): Workload[] => workloads.filter(({ service }) => service.name === name);
  const apis = workloads.filter(({ api }) => api !== null);
  const scraped = [...apis.filter(({ api }) => api?.metrics !== null), ...named('exporter'), ...named('gateway')];
  return [
    ...apis.map((api) => flowTo('gateway', api)),
    ...named('prometheus').flatMap(() => scraped.map((target) => flowTo('prometheus', target))),
    ...named('exporter').flatMap(() => named('gateway').map((gateway) => flowTo('exporter', gateway))),
    ...named('grafana').flatMap(() => named('prometheus').map((prometheus) => flowTo('grafana', prometheus))),
  ];
}

const flowTo = (from: string, { service }: Workload): Flow => ({
  from,
  to: service.name,
  port: readinessPort(service).port,
});

const denyAll = (namespace: string): Manifest<INetworkPolicy> => ({
  about: 'What no policy below names is denied, in and out.',
  object: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny-all', namespace, labels: stackLabels(namespace) },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  },
});

function policyOf({ namespace, service, api }: Workload, flows: Flow[]): Manifest<INetworkPolicy> {
  const { name } = service;
  const egress = flows.filter(({ from }) => from === name).map(({ to, port }) => outTo(namespace, to, port));
  const ingress: INetworkPolicyIngressRule[] = flows
    .filter(({ to }) => to === name)
    .map(({ from, port }) => ({ from: [podsOf(namespace, from)], ports: [tcp(port)] }));
  const isOpen = isGateway(service);
  const open = isOpen ? [{ ports: service.ports.map(({ container }) => tcp(container)) }] : [];
  return {
    ...(api !== null && { about: 'An API has no way out, not even to DNS.' }),
    ...(isOpen && { about: 'From anywhere to what it publishes.' }),
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace, labels: selectorOf(namespace, name) },
      spec: {
        podSelector: { matchLabels: selectorOf(namespace, name) },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [...open, ...ingress],
        egress: egress.length === 0 ? [] : [...egress, DNS],
      },
    },
  };
}

const podsOf = (namespace: string, name: string): { podSelector: { matchLabels: Record<string, string> } } => ({
  podSelector: { matchLabels: selectorOf(namespace, name) },
});

const tcp = (port: number): { port: number; protocol: 'TCP' } => ({ port, protocol: 'TCP' });

const outTo = (namespace: string, to: string, port: number): INetworkPolicyEgressRule => ({
  to: [podsOf(namespace, to)],
  ports: [tcp(port)],
});

/** The cluster's DNS, and the address that NodeLocal DNSCache has on every node. */
const DNS: INetworkPolicyEgressRule = {
  to: [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } },
    { ipBlock: { cidr: '169.254.20.10/32' } },
  ],
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};
