import type { ResolvedConfig } from '../../config/resolved.js';
import type { Stack } from '../../stack/stack.js';
import type { Exported } from '../exported.js';
import { isLocal } from './images.js';
import { isLoopback } from './services.js';
import type { Part } from './parts.js';
import { isRestricted } from './security.js';
import { isGateway } from './target.js';

type Left = Exported['left'][number];

/** What Kubernetes has no word for, or does in its own way. */
export function leftOver(config: ResolvedConfig, stack: Stack, parts: Part[], namespace: string): Left[] {
  return [
    ...stack.omitted.map(({ service, reason }) => ({ what: `the service ${service}`, why: reason })),
    ...leftOfImages(parts),
    ...leftOfNames(stack, namespace),
    ...leftOfGateway(config),
    ...leftOfContainers(parts),
    ...leftOfRunning(config),
  ];
}

function leftOfImages(parts: Part[]): Left[] {
  const local = localImages(parts);
  const layered = parts.filter(({ image }) => image.layer !== null).map(({ workload }) => workload.service.name);
  return [
    ...(local.length === 0
      ? []
      : [
          {
            what: `images that are on this machine only: ${local.join(', ')}`,
            why: 'no cluster can pull them; push-images.sh pushes them to a registry of yours and says so in kustomization.yaml',
          },
        ]),
    ...(layered.length === 0
      ? []
      : [
          {
            what: `files of ${layered.join(', ')} as a ConfigMap`,
            why: 'a model of more than 250 KB does not fit (the limits are 1 MiB, and 256 KiB for what kubectl apply remembers), so it is a layer on top of the image: another model is another image. With a storage class that many nodes can read, a volume does as well',
          },
        ]),
  ];
}

/** References of the images that have to be pushed. */
export const localImages = (parts: Part[]): string[] =>
  [...new Set(parts.map(({ image }) => image.reference))].filter(isLocal);

const leftOfNames = ({ project }: Stack, namespace: string): Left[] =>
  namespace === project
    ? []
    : [
        {
          what: `the project's name as namespace: it is ${namespace}`,
          why: `"${project}" belongs to the cluster, or has characters that a namespace must not have`,
        },
      ];

function leftOfGateway({ gateway, monitoring }: ResolvedConfig): Left[] {
  return [
    {
      what: 'round robin by request, and a second replica for a request that the first one failed',
      why: 'nginx knows each API as one Service. The cluster chooses a pod for each connection, of which nginx keeps up to 32 per worker for up to 1,000 requests, so a new pod gets its share within that many; readiness takes out pods that fail',
    },
    {
      what: 'more than one gateway',
      why: `the gateway counts ${gateway.rateLimit === null ? '' : 'requests and '}wrong passwords per client in its own memory: with two, a client has up to twice as many. To have two all the same: "replicas: 2" in 40-gateway.yaml`,
    },
    ...(monitoring === null
      ? []
      : [
          {
            what: "the gateway's figures by replica",
            why: "it sees one address per API; the APIs' own figures are by pod",
          },
          {
            what: 'figures of the gateway in clusters whose pods have addresses outside 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16',
            why: 'nginx tells them to private networks only; add your range to the "allow" lines by a template of your own',
          },
          {
            what: 'what alerts tell people to run',
            why: 'it names commands of fortress; kubectl logs and kubectl get pods tell the same',
          },
        ]),
    ...(isLoopback(monitoring?.bind ?? '127.0.0.1')
      ? []
      : [
          {
            what: `Prometheus, the exporter and Grafana published on ${monitoring?.bind}`,
            why: 'they have no TLS: inside the cluster they are reached by kubectl port-forward, as on one machine',
          },
        ]),
  ];
}

function leftOfContainers(parts: Part[]): Left[] {
  const services = parts.map(({ workload }) => workload.service);
  const roots = services.filter((service) => !isRestricted(service));
  const limits = services.map(({ name, pids }) => `${name} ${pids}`);
  return [
    {
      what: `limits of processes (${limits.join(', ')})`,
      why: 'pods have none of their own; the kubelet has one for all pods of a node (podPidsLimit)',
    },
    { what: 'noexec, nosuid and nodev of /tmp', why: 'an emptyDir takes no mount options' },
    ...(roots.length === 0
      ? []
      : [
          {
            what: 'the Pod Security Standard "restricted"',
            why: `${roots.map(({ name }) => name).join(', ')} runs as root; the namespace enforces "baseline"`,
          },
        ]),
    ...(services.some((service) => !isGateway(service) && service.stopSignal !== 'SIGTERM')
      ? [{ what: 'stop signals', why: 'a pod gets that of its image, or SIGTERM' }]
      : []),
  ];
}

function leftOfRunning({ hooks, guard, gateway }: ResolvedConfig): Left[] {
  const { timeout: _, ...named } = hooks;
  const configured = Object.entries(named).flatMap(([name, hook]) => (hook === null ? [] : [name]));
  return [
    ...(configured.length === 0
      ? []
      : [{ what: `the hooks ${configured.join(', ')}`, why: 'they run on the machine that runs fortress' }]),
    ...(guard
      ? [{ what: 'the guard', why: 'the kubelet restarts what dies, and by the liveness probes what hangs' }]
      : []),
    {
      what: gateway.tls.own === null ? 'renewal of the certificate' : 'renewal of your certificate',
      why: 'export and apply again, or let cert-manager write the Secret gateway-tls and restart the gateway after it',
    },
    {
      what: 'reloading without another pod',
      why: 'changed files make new pods, which replace the old ones one after the other',
    },
    {
      what: 'generations and fortress rollback',
      why: 'kubectl rollout undo brings back pods, not the files of a ConfigMap: keep this folder in git, without its secrets',
    },
    { what: 'rotation of logs', why: "it is the kubelet's" },
  ];
}
