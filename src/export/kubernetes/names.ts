import type { Stack } from '../../stack/stack.js';

/** Namespaces that belong to a cluster; ours denies all that it does not know. */
const RESERVED = /^(default|kube-.*)$/;

/** The namespace of a project: a name may hold `_` there and not here. */
export function namespaceOf({ project }: Pick<Stack, 'project'>): string {
  const label = project.replaceAll('_', '-').replace(/-+$/, '');
  return RESERVED.test(label) ? `fortress-${label}` : label;
}

/** The Service that clients outside the cluster reach. */
export const PUBLIC_SERVICE = 'gateway-public';

/** The Service whose name stands for every replica of an API; no service begins so, whatever its API is called. */
export const podsService = (service: string): string => `pods-${service}`;

export const configMapName = (service: string): string => `${service}-config`;
export const secretName = (service: string): string => `${service}-secret`;
export const TLS_SECRET = 'gateway-tls';

const NAME = 'app.kubernetes.io/name';
const PART_OF = 'app.kubernetes.io/part-of';

/** What its Deployment, its Services and its NetworkPolicy know the pods of a service by. */
export const selectorOf = (namespace: string, service: string): Record<string, string> => ({
  [NAME]: service,
  [PART_OF]: namespace,
});

/** Of every object that belongs to no service. */
export const stackLabels = (namespace: string): Record<string, string> => ({ [PART_OF]: namespace });

/** Tells the Services of one service apart. */
export const COMPONENT = 'app.kubernetes.io/component';
