import type { Exported, ExportedFile, ExportMaterial } from '../exported.js';
import { buildContexts, isLocal, type LayeredImage } from './images.js';
import { kustomization } from './kustomization.js';
import { leftOver, localImages } from './left.js';
import { toYaml, type Manifest } from './manifest.js';
import { serviceMonitors } from './monitors.js';
import { namespaceOf, PUBLIC_SERVICE } from './names.js';
import { networkPolicies } from './network-policies.js';
import { isFound, partsOf, type Part } from './parts.js';
import { pushScript, readme, type Overview } from './readme.js';
import { autoscaler, disruptionBudget } from './scaling.js';
import { servicesOf } from './services.js';
import { configMaps, namespaceManifest, secrets } from './stores.js';
import { isGateway } from './target.js';
import { claims, deployment, storageOf } from './workloads.js';

/** Holds what must not be read by others, nor get into git. */
const SECRETS_FILE = '10-secrets.yaml';

/** A stack as objects of Kubernetes 1.30 and newer, for `kubectl apply -k`. Pure but for reading our own templates. */
export function exportKubernetes(material: ExportMaterial): Exported {
  const { config, stack, credentials } = material;
  const namespace = namespaceOf(stack);
  const parts = partsOf(material);
  const resources = resourceFiles(namespace, parts);
  const left = leftOver(config, stack, parts, namespace);
  const local = localImages(parts);
  const overview = overviewOf(material, parts, left);
  return {
    files: [
      { path: 'README.md', content: readme(overview) },
      { path: '.gitignore', content: `# Passwords and private keys: never in git.\n${SECRETS_FILE}\n` },
      {
        path: 'kustomization.yaml',
        content: kustomization(
          resources.map(({ path }) => path),
          local,
        ),
      },
      ...resources,
      ...optionalFiles(material, namespace, parts),
      { path: 'ca.crt', content: credentials.caCertificate },
      ...(local.length === 0 ? [] : [{ path: 'push-images.sh', content: pushScript(overview), mode: 0o755 }]),
      ...buildContexts(overview.layers),
    ],
    left,
    next: [
      ...(local.length === 0 ? [] : ['./push-images.sh REGISTRY']),
      'kubectl apply -k .',
      `kubectl -n ${namespace} rollout status deployment/gateway`,
      `kubectl -n ${namespace} get service ${PUBLIC_SERVICE}`,
    ],
  };
}

const overviewOf = ({ config, stack }: ExportMaterial, parts: Part[], left: Exported['left']): Overview => ({
  namespace: namespaceOf(stack),
  config,
  images: [...new Set(parts.map(({ image }) => image.reference))].map((reference) => ({
    reference,
    isLocal: isLocal(reference),
  })),
  layers: distinctLayers(parts),
  services: stack.services.map(({ name }) => name),
  storage: stack.services
    .filter(({ volumes }) => volumes.length > 0)
    .map((service) => ({ service: service.name, size: storageOf(service) })),
  left,
});

const distinctLayers = (parts: Part[]): LayeredImage[] => [
  ...new Map(parts.flatMap(({ image: { layer } }) => (layer === null ? [] : [[layer.reference, layer]]))).values(),
];

/** The files of kustomization.yaml, in the order in which one needs the other. */
function resourceFiles(namespace: string, parts: Part[]): ExportedFile[] {
  const services = parts.map(({ workload }) => workload.service);
  const everySecret = parts.flatMap(({ workload, placement }) => secrets(namespace, workload.service, placement));
  const everyConfig = parts.flatMap(({ workload, placement }) => configMaps(namespace, workload.service, placement));
  return [
    yamlFile('00-namespace.yaml', [namespaceManifest(namespace, services)]),
    ...(everySecret.length === 0 ? [] : [{ ...yamlFile(SECRETS_FILE, everySecret), mode: 0o600 }]),
    ...(everyConfig.length === 0 ? [] : [yamlFile('20-config.yaml', everyConfig)]),
    ...parts.map((part) => yamlFile(fileName(part), workloadManifests(part, parts))),
    yamlFile(
      '60-network-policies.yaml',
      networkPolicies(
        namespace,
        parts.map(({ workload }) => workload),
      ),
    ),
  ];
}

const yamlFile = (path: string, manifests: Manifest[]): ExportedFile => ({ path, content: toYaml(manifests) });

function fileName({ workload: { service, api } }: Part): string {
  const order = api !== null ? 30 : isGateway(service) ? 40 : 50;
  return `${order}-${service.name}.yaml`;
}

/** All that runs a service and makes it reachable. */
function workloadManifests({ workload, placement, image }: Part, parts: Part[]): Manifest[] {
  const isScraped = isFound(workload) && parts.some((part) => part.workload.service.name === 'prometheus');
  return [
    ...claims(workload),
    deployment(workload, placement, image.reference),
    ...servicesOf(workload, isScraped),
    ...(workload.api === null ? [] : [autoscaler(workload)]),
    ...(workload.api === null && !isGateway(workload.service) ? [] : [disruptionBudget(workload)]),
  ];
}

/** For people to apply by themselves: the cluster must know these kinds. */
function optionalFiles({ config }: ExportMaterial, namespace: string, parts: Part[]): ExportedFile[] {
  if (config.monitoring === null) return [];
  const monitors = serviceMonitors(
    namespace,
    parts.map(({ workload }) => workload),
    config.monitoring.scrapeInterval,
  );
  return [yamlFile('optional/service-monitors.yaml', monitors)];
}
