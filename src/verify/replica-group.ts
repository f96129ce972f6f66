import { gatewaysAmong, isMonitoring } from './deployed-roles.js';
import type { DeployedContainer } from './deployment.js';
import { INSTANCE_HEADER, predictionRequest } from './prediction.js';
import { openObserver } from './replica-observer.js';
import type { Target } from './target.js';

/** The replicas of the default route, asked or not, running or not. */
export interface ReplicaGroup {
  running: DeployedContainer[];
  stopped: DeployedContainer[];
}

/**
 * All containers that are the same thing as those that served: of one compose service, of services that
 * are numbered (`api-1`, `api-2`), or of one image; without those that serve the experiment.
 * Null where it is not known who served.
 */
export async function replicaGroup(target: Target, served: DeployedContainer[]): Promise<ReplicaGroup | null> {
  const { deployment } = target.spec;
  if ('unknown' in deployment || served.length === 0) return null;
  const group = groupAround(served, deployment.containers, {
    gateways: gatewaysAmong(deployment.containers, target.spec),
    experiment: await experimentContainers(target),
  });
  return { running: group.filter(({ running }) => running), stopped: group.filter(({ running }) => !running) };
}

/** Pure. */
export function groupAround(
  served: DeployedContainer[],
  all: DeployedContainer[],
  { gateways, experiment }: { gateways: DeployedContainer[]; experiment: DeployedContainer[] },
): DeployedContainer[] {
  const others = new Set(experiment.filter((container) => !served.includes(container)).map(familyOf));
  return all.filter(
    (one) =>
      served.includes(one) ||
      (!gateways.includes(one) && !isMonitoring(one) && !others.has(familyOf(one)) && served.some(isKinOf(one))),
  );
}

const isKinOf =
  (one: DeployedContainer) =>
  (other: DeployedContainer): boolean =>
    familyOf(one) === familyOf(other) || one.imageId === other.imageId;

/** `api-v1` of the services `api-v1-1`, `api-v1-2` … */
const familyOf = ({ service }: DeployedContainer): string => service.replace(/[-_.]\d+$/, '');

async function experimentContainers(target: Target): Promise<DeployedContainer[]> {
  const { experiment } = target.spec;
  if (!experiment) return [];
  const observer = await openObserver(target);
  if (!observer) return [];
  const reply = await target.ask(observer.mark(predictionRequest(target.spec, { group: experiment.value }), 0));
  if (reply.status !== 200) return [];
  const named = observer.named([reply.headers[INSTANCE_HEADER] ?? '']);
  return named.length > 0 ? named : ((await observer.byLogs(1, 1))?.containers ?? []);
}
