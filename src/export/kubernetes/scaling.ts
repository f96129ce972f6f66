import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { Manifest } from './manifest.js';
import { selectorOf } from './names.js';
import type { Workload } from './target.js';

/** Most replicas, as a multiple of the least. */
const GROWTH = 3;
/** Percent of the CPUs that were asked for. */
const BUSY = 70;

/** More replicas of an API while they are busy; never fewer than the configuration says. */
export const autoscaler = ({ namespace, service }: Workload): Manifest<IHorizontalPodAutoscaler> => ({
  about: 'Needs metrics-server; without it the least number of replicas runs.',
  object: {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: service.name, namespace, labels: selectorOf(namespace, service.name) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service.name },
      minReplicas: service.replicas,
      maxReplicas: service.replicas * GROWTH,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: BUSY } } },
      ],
    },
  },
});

/**
 * One pod at a time may go when a node is emptied. By what may be missing and not by what must be there: a least
 * number equal to the number of replicas would let no node be emptied at all.
 */
export const disruptionBudget = ({ namespace, service }: Workload): Manifest<IPodDisruptionBudget> => {
  const labels = selectorOf(namespace, service.name);
  return {
    object: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: service.name, namespace, labels },
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: labels } },
    },
  };
};
