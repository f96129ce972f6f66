import type { IContainer } from 'kubernetes-models/v1/Container';
import { readinessPort } from './ports.js';
import type { Workload } from './target.js';

type Probes = Pick<IContainer, 'startupProbe' | 'readinessProbe' | 'livenessProbe'>;

/** Of our server: whether it runs. `/ready` also says no while it has too much to do, which no restart would mend. */
const SERVER_LIVENESS = '/health';

const START_PERIOD = 2;

/** How Kubernetes finds out that a container has started, can do its work, and is beyond help. */
export function probesOf({ service, api }: Workload): Probes {
  const { path, timeout } = service.readiness;
  const port = readinessPort(service).name;
  const alive = api?.backend.kind === 'server' ? SERVER_LIVENESS : path;
  return {
    startupProbe: {
      httpGet: { path, port },
      periodSeconds: START_PERIOD,
      timeoutSeconds: 2,
      failureThreshold: Math.max(1, Math.ceil(timeout / START_PERIOD)),
    },
    readinessProbe: { httpGet: { path, port }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
    livenessProbe: { httpGet: { path: alive, port }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
