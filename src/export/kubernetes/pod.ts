import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { Service } from '../../stack/stack.js';
import { CLOSING_FILE } from '../../stack/services/gateway.js';
import { memoryQuantity } from './quantities.js';
import { selectorOf } from './names.js';
import { checksumOf, type Placement } from './placement.js';
import { portsOf } from './ports.js';
import { podSecurity } from './security.js';
import { probesOf } from './probes.js';
import { isGateway, type Workload } from './target.js';
import { mountsOf, volumesOf } from './volumes.js';

/** Seconds until every node has learnt that a pod is about to end and sends it nothing new. */
const ENDPOINT_DELAY = 5;

/**
 * Thousandths of a CPU that a pod is promised; it gets more where its node has more. The autoscaler of an API takes it
 * as its measure: a replica predicts in one thread, a thousand times in a second of a CPU and more.
 */
const CPU_REQUESTS: Record<string, number> = { exporter: 10, prometheus: 100, grafana: 100 };
const CPU_REQUEST = 250;

/** The pods of a service: the same limits and the same hardening as its containers have under fortress. */
export function podTemplate(workload: Workload, placement: Placement, image: string): IPodTemplateSpec {
  const { namespace, service } = workload;
  const labels = selectorOf(namespace, service.name);
  return {
    metadata: { labels, annotations: checksums(placement) },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: podSecurity(service),
      terminationGracePeriodSeconds: ENDPOINT_DELAY + service.stopTimeout,
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: labels },
        },
      ],
      containers: [container(workload, placement, image)],
      volumes: nonEmpty(volumesOf(service, placement)),
    },
  };
}

/** Files that change make other pods, which a mounted ConfigMap alone would not. */
function checksums({ config, secret, tls, layer }: Placement): Record<string, string> | undefined {
  const all = { config: [...config, ...layer], secret: [...secret, ...tls] };
  const sums = Object.entries(all).filter(([, files]) => files.length > 0);
  if (sums.length === 0) return undefined;
  return Object.fromEntries(sums.map(([kind, files]) => [`checksum/${kind}`, checksumOf(files)]));
}

function container(workload: Workload, placement: Placement, image: string): IContainer {
  const { service } = workload;
  return {
    name: service.name,
    image,
    // Tags are never moved: they name versions, or hashes of what is inside.
    imagePullPolicy: 'IfNotPresent',
    command: nonEmpty(service.entrypoint.map(escapeReferences)),
    args: nonEmpty(service.command.map(escapeReferences)),
    env: nonEmpty(Object.entries(service.env).map(([name, value]) => ({ name, value: escapeReferences(value) }))),
    ports: portsOf(service).map(({ name, port }) => ({ name, containerPort: port, protocol: 'TCP' })),
    ...probesOf(workload),
    lifecycle: { preStop: isGateway(service) ? finishAsNginx(service) : { sleep: { seconds: ENDPOINT_DELAY } } },
    resources: resources(service),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: nonEmpty(mountsOf(service, placement)),
  };
}

const nonEmpty = <T>(items: T[]): T[] | undefined => (items.length === 0 ? undefined : items);

/** `$(NAME)` would be replaced by a variable's value, and `$$`, wherever it stands, by one `$`. */
const escapeReferences = (text: string): string => text.replaceAll('$', '$$$$');

/**
 * Clients are told to come back on new connections, which lead elsewhere by then. nginx lets requests finish at
 * SIGQUIT only, and not every image of it names that as its signal, so the hook waits until nginx has taken the
 * container with it.
 */
const finishAsNginx = ({ stopTimeout }: Service): { exec: { command: string[] } } => ({
  exec: {
    command: ['sh', '-c', `: > ${CLOSING_FILE}; sleep ${ENDPOINT_DELAY}; kill -QUIT 1; sleep ${stopTimeout}`],
  },
});

/** As much memory as the limit is promised: who may use it must not be stopped because others did. */
function resources({ memory, cpus, name }: Service): IContainer['resources'] {
  const limit = cpus === null ? null : Math.max(1, Math.round(cpus * 1000));
  const request = Math.min(CPU_REQUESTS[name] ?? CPU_REQUEST, limit ?? Infinity);
  return {
    requests: { cpu: `${request}m`, memory: memoryQuantity(memory) },
    limits: { ...(limit !== null && { cpu: `${limit}m` }), memory: memoryQuantity(memory) },
  };
}
