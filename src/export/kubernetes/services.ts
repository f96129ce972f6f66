import type { IService } from 'kubernetes-models/v1/Service';
import type { Service } from '../../stack/stack.js';
import type { Manifest } from './manifest.js';
import { COMPONENT, podsService, PUBLIC_SERVICE, selectorOf } from './names.js';
import { readinessPort } from './ports.js';
import { isGateway, type Workload } from './target.js';

/** The names that a service's pods are found by. */
export function servicesOf(workload: Workload, isScraped: boolean): Manifest<IService>[] {
  const { service, api } = workload;
  return [
    byName(workload),
    ...(isGateway(service) ? [gatewayPublic(workload)] : []),
    ...(api !== null && isScraped ? [everyPod(workload)] : []),
  ];
}

/** One address for all replicas, the same for as long as the Service is there. */
function byName({ namespace, service, api }: Workload): Manifest<IService> {
  const { name, port } = readinessPort(service);
  return {
    about: aboutName(service, api !== null),
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: labelled(namespace, service, service.name, name),
      spec: {
        type: 'ClusterIP',
        selector: selectorOf(namespace, service.name),
        ports: [{ name, port, targetPort: name, protocol: 'TCP' }],
      },
    },
  };
}

function aboutName(service: Service, isApi: boolean): string | undefined {
  if (isGateway(service))
    return 'Inside the cluster only: health, stub_status and figures. It is not on the public Service.';
  if (!isApi) return undefined;
  return [
    'The address that nginx asks. It looks names up when it starts and never again, so it needs one that stays: the',
    'ClusterIP of this Service does, whatever pods come and go behind it. (Open-source nginx follows a name that changes',
    'by "resolve" since 1.27.3 only, and needs to know the address of the cluster\'s DNS for that.)',
  ].join('\n');
}

const labelled = (namespace: string, service: Service, name: string, component: string): IService['metadata'] => ({
  name,
  namespace,
  labels: { ...selectorOf(namespace, service.name), [COMPONENT]: component },
});

/** With the ports that the configuration publishes: redirects from plain HTTP name them. */
function gatewayPublic({ namespace, service }: Workload): Manifest<IService> {
  const isLocal = service.ports.every(({ bind }) => isLoopback(bind));
  return {
    about: isLocal
      ? 'The configuration publishes the gateway on this machine only (gateway.bind), so nothing outside the cluster\nreaches it: kubectl port-forward does. For the world: type LoadBalancer or NodePort, with externalTrafficPolicy Local.'
      : 'What the world reaches. Without a load balancer in the cluster: type NodePort.',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: labelled(namespace, service, PUBLIC_SERVICE, 'public'),
      spec: {
        type: isLocal ? 'ClusterIP' : 'LoadBalancer',
        externalTrafficPolicy: isLocal ? undefined : 'Local',
        selector: selectorOf(namespace, service.name),
        ports: service.ports.map(({ host, container }) => ({
          name: container === 443 ? 'https' : 'http',
          port: host,
          targetPort: container,
          protocol: 'TCP',
        })),
      },
    },
    ...(!isLocal && {
      notes: {
        'spec.externalTrafficPolicy':
          'Local keeps the addresses of clients. With Cluster, all of them would seem to be a few nodes: one rate limit,\none count of wrong passwords and one share of an A/B test for everybody.',
      },
    }),
  };
}

/** Whether only the machine itself reaches what is bound to an address. */
export const isLoopback = (address: string): boolean => /^(127\.|::1$|localhost$)/.test(address);

/** A name for all of an API's pods at once, so that Prometheus finds each one. */
const everyPod = ({ namespace, service }: Workload): Manifest<IService> => {
  const { name, port } = readinessPort(service);
  return {
    about: 'No address of its own: the name stands for every pod, so that Prometheus asks each one.',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: labelled(namespace, service, podsService(service.name), 'pods'),
      spec: {
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: selectorOf(namespace, service.name),
        ports: [{ name, port, targetPort: name, protocol: 'TCP' }],
      },
    },
  };
};
