import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { Service } from '../../stack/stack.js';
import type { Manifest } from './manifest.js';
import { selectorOf } from './names.js';
import type { Placement } from './placement.js';
import { podTemplate } from './pod.js';
import { podSecurity } from './security.js';
import { isGateway, type Workload } from './target.js';
import { claimName, volumesOf } from './volumes.js';

/** The pods of a service, and how they give way to new ones. */
export function deployment(workload: Workload, placement: Placement, image: string): Manifest<IDeployment> {
  const { namespace, service, api } = workload;
  const labels = selectorOf(namespace, service.name);
  return {
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: service.name, namespace, labels },
      spec: {
        replicas: api === null ? service.replicas : undefined,
        revisionHistoryLimit: 5,
        strategy: strategyOf(service),
        selector: { matchLabels: labels },
        template: podTemplate(workload, placement, image),
      },
    },
    notes: notesOn(workload, placement),
  };
}

function notesOn({ service, api }: Workload, placement: Placement): Record<string, string> {
  const pod = 'spec.template.spec';
  return {
    ...(api !== null && {
      spec: 'No "replicas": they are the autoscaler\'s below, and "kubectl apply" would reset them.',
    }),
    ...(podSecurity(service).sysctls && {
      [`${pod}.securityContext.sysctls`]:
        'Ports below 1024 without a right of root: a "safe" sysctl, of this pod only.',
    }),
    ...(isGateway(service) && {
      [`${pod}.containers.0.lifecycle`]:
        'Clients are told to come back on new connections, then nginx finishes what it is doing and ends.',
    }),
    ...(volumesOf(service, placement)[0]?.projected && {
      [`${pod}.volumes.0.projected.defaultMode`]: "0440: for the pod's group to read (fsGroup).",
    }),
  };
}

function strategyOf({ rollout, volumes }: Service): NonNullable<IDeployment['spec']>['strategy'] {
  // Two pods must not write to the same data.
  if (volumes.length > 0) return { type: 'Recreate' };
  return { type: 'RollingUpdate', rollingUpdate: rollingUpdate(rollout) };
}

/** A service without a rollout of its own has one pod. */
function rollingUpdate(rollout: Service['rollout']): { maxSurge: number | string; maxUnavailable: number | string } {
  const batch = rollout === null ? 1 : (rollout.batch ?? '100%');
  return rollout?.order === 'stop-first'
    ? { maxSurge: 0, maxUnavailable: batch }
    : { maxSurge: batch, maxUnavailable: 0 };
}

/** What the data of a service may take; the configuration has no word for it. */
const STORAGE: Record<string, string> = { prometheus: '10Gi' };
const OTHER_STORAGE = '1Gi';

export const storageOf = ({ name }: Service): string => STORAGE[name] ?? OTHER_STORAGE;

/** The claims of a service's data, on the cluster's default storage class. */
export const claims = ({ namespace, service }: Workload): Manifest<IPersistentVolumeClaim>[] =>
  service.volumes.map(() => ({
    object: {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claimName(service), namespace, labels: selectorOf(namespace, service.name) },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: storageOf(service) } },
      },
    },
  }));
