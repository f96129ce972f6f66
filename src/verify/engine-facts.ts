import type { ResolvedConfig } from '../config/resolved.js';
import type { Connection } from '../engine/docker/connect.js';
import type { Observed } from '../plan/observed.js';
import { apiService } from '../stack/names.js';
import type { Deployment } from './deployment.js';
import type { EngineProbe } from './engine-probe.js';
import { readDeployment } from './read-deployment.js';

/** Services that may be left out of a stack because their image cannot be had. */
const OPTIONAL = ['exporter', 'prometheus', 'grafana'] as const;

/** What only the engine can say of a stack. */
export interface EngineFacts {
  /** Why monitoring services that the configuration asks for are not there, by service name. */
  omitted: Record<string, string>;
  /** Containers of the APIs that run, by what they call themselves; null: there was no engine to ask. */
  instances: string[] | null;
  deployment: Deployment;
  /** To look into the containers while they are being asked. */
  engine: EngineProbe | null;
}

type ConfiguredFacts = Pick<EngineFacts, 'omitted' | 'instances'>;

/** Without an engine. */
export const NOTHING_KNOWN: EngineFacts = {
  omitted: {},
  instances: null,
  deployment: { unknown: 'no Docker Engine was asked' },
  engine: null,
};

/** Never throws: where no engine answers, nothing is known. */
export async function readEngineFacts(config: ResolvedConfig): Promise<EngineFacts> {
  const { httpsPort, httpPort } = config.gateway;
  const [configured, deployed] = await Promise.all([
    askEngine(config).catch(() => NOTHING_KNOWN),
    readDeployment({ fortressProject: config.project, publishedPorts: [httpsPort, httpPort] }),
  ]);
  return { omitted: configured.omitted, instances: configured.instances, ...deployed };
}

async function askEngine(config: ResolvedConfig): Promise<ConfiguredFacts> {
  const { connectReadOnly } = await import('../engine/docker/read-only.js');
  const { createDockerReader } = await import('../engine/docker/reader.js');
  const connection = await connectReadOnly();
  const observed = await createDockerReader(connection).observe(config.project);
  return {
    instances: instancesOf(config, observed),
    omitted: await omittedServices(config, observed, connection),
  };
}

/** `api-v1-2` of every container of an API that runs, as it names itself in `X-Instance-Id`. */
function instancesOf({ apis }: ResolvedConfig, { containers }: Observed): string[] {
  const services = new Set(apis.map(({ name }) => apiService(name)));
  return containers
    .filter(({ service, state }) => services.has(service) && state === 'running')
    .map(({ service, slot }) => `${service}-${slot}`)
    .toSorted();
}

/** Those whose image cannot be had here, and of which no container exists. */
async function omittedServices(
  config: ResolvedConfig,
  observed: Observed,
  { docker }: Connection,
): Promise<EngineFacts['omitted']> {
  const there = new Set(observed.containers.map(({ service }) => service));
  const absent = config.monitoring ? OPTIONAL.filter((service) => !there.has(service)) : [];
  if (absent.length === 0) return {};
  const { imageReader } = await import('../engine/docker/images.js');
  const { chooseImageCatalog } = await import('../images/choose-source.js');
  const { runningSource } = await import('../plan/running-source.js');
  const { source } = await chooseImageCatalog(config, imageReader(docker), runningSource(observed));
  return Object.fromEntries(
    absent.flatMap((service) => {
      const image = source.reference(service);
      return 'missing' in image ? [[service, image.missing]] : [];
    }),
  );
}
