import type { ResolvedConfig } from '../config/resolved.js';

/** Services that may be left out of a stack because their image cannot be had. */
const OPTIONAL = ['exporter', 'prometheus', 'grafana'] as const;

/**
 * Why monitoring services that the configuration asks for are not there: their image cannot be had
 * here, and no container of theirs exists. Without an engine nothing is known to be left out.
 */
export async function readOmittedServices(config: ResolvedConfig): Promise<Record<string, string>> {
  if (!config.monitoring) return {};
  try {
    return await askEngine(config);
  } catch {
    return {};
  }
}

async function askEngine(config: ResolvedConfig): Promise<Record<string, string>> {
  const { connectReadOnly } = await import('../engine/docker/read-only.js');
  const { createDockerReader } = await import('../engine/docker/reader.js');
  const { imageReader } = await import('../engine/docker/images.js');
  const { chooseImageCatalog } = await import('../images/choose-source.js');
  const { runningSource } = await import('../plan/running-source.js');
  const connection = await connectReadOnly();
  const observed = await createDockerReader(connection).observe(config.project);
  const there = new Set(observed.containers.map(({ service }) => service));
  const absent = OPTIONAL.filter((service) => !there.has(service));
  if (absent.length === 0) return {};
  const { source } = await chooseImageCatalog(config, imageReader(connection.docker), runningSource(observed));
  return Object.fromEntries(
    absent.flatMap((service) => {
      const image = source.reference(service);
      return 'missing' in image ? [[service, image.missing]] : [];
    }),
  );
}
