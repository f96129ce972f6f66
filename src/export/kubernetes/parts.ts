import { networkName } from '../../stack/names.js';
import type { Serving } from '../../render/views.js';
import type { Service } from '../../stack/stack.js';
import type { ExportMaterial } from '../exported.js';
import { podImage, type PodImage } from './images.js';
import { namespaceOf } from './names.js';
import { placeFiles, type Placement } from './placement.js';
import { findPods } from './prometheus.js';
import { isGateway, workloadOf, type Workload } from './target.js';

/** A service with its files and its image. */
export interface Part {
  workload: Workload;
  placement: Placement;
  image: PodImage;
}

/** The services of a stack, each with what its pods are made of. */
export function partsOf({ config, stack, files, contentOf }: ExportMaterial): Part[] {
  const namespace = namespaceOf(stack);
  const workloads = stack.services.map((service) => workloadOf(config, namespace, service));
  const serving = byName(stack.project, workloads);
  const looked = workloads.filter((workload) => isFound(workload)).map(({ service }) => service.name);
  return workloads.map((workload) => {
    const { service } = workload;
    const rendered = files(service, serving);
    const own = service.name === 'prometheus' ? findPods(rendered, looked) : rendered;
    const placement = placeFiles(own, isGateway(service), contentOf);
    return { workload, placement, image: podImage(service, placement) };
  });
}

/** Whether Prometheus is to find each pod of a service. */
export const isFound = ({ api }: Workload): boolean => (api?.metrics ?? null) !== null;

/**
 * Each API as one server, at the name of its Service: a single server is never marked as failed, which would shut out
 * all of its pods for the fault of one.
 */
const byName = (project: string, workloads: Workload[]): Serving =>
  Object.fromEntries(
    workloads
      .filter(({ api }) => api !== null)
      .map(({ service }: { service: Service }) => [
        service.name,
        [{ slot: 1, addresses: { [networkName(project, 'backend')]: service.name } }],
      ]),
  );
