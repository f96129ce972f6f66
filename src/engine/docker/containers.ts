import type Docker from 'dockerode';
import { hashesOf } from '../../plan/spec.js';
import type { ContainerSpec } from '../../plan/operation.js';
import { LABEL } from '../../stack/names.js';
import { FILES_ROOT, type Service, type ServiceFile } from '../../stack/stack.js';
import { VERSION } from '../../version.js';
import { MANIFEST, packFiles, packText, type Owner } from './archive.js';
import { isBeingRemoved, isMissing, isUnchanged, tolerate } from './errors.js';

const SECOND = 1_000_000_000;

/** Makes a container, attaches all its networks and puts its files into its volume; does not start it. */
export async function createContainer(docker: Docker, spec: ContainerSpec): Promise<void> {
  const container = await docker.createContainer(createOptions(spec));
  const [, ...others] = spec.service.networks;
  for (const { network, aliases } of others) {
    await docker.getNetwork(network).connect({
      Container: container.id,
      EndpointConfig: endpoint(aliases, spec.addresses[network]),
    });
  }
  if (spec.files.length > 0) await uploadFiles(docker, spec.name, spec.service, spec.files, 'current');
  if (spec.service.onFileChange.kind === 'reload') await writeManifest(docker, spec.name, spec.files);
}

export async function uploadFiles(
  docker: Docker,
  name: string,
  service: Service,
  files: ServiceFile[],
  folder: 'current' | 'next',
): Promise<void> {
  const archive = await packFiles(files, folder, ownerOf(service));
  await docker.getContainer(name).putArchive(archive, { path: FILES_ROOT });
}

/** Records which files a container runs with; written last, so that it is never ahead of the truth. */
export async function writeManifest(docker: Docker, name: string, files: ServiceFile[]): Promise<void> {
  const archive = await packText(MANIFEST, JSON.stringify(hashesOf(files)));
  await docker.getContainer(name).putArchive(archive, { path: FILES_ROOT });
}

export const startContainer = (docker: Docker, name: string): Promise<void> =>
  tolerate(docker.getContainer(name).start(), isUnchanged);

/** With the signal and the patience that the container was created with. */
export const stopContainer = (docker: Docker, name: string): Promise<void> =>
  tolerate(docker.getContainer(name).stop(), isUnchanged, isMissing);

/** Removes a container, running or not, and its configuration volume; named data volumes stay. */
export const removeContainer = (docker: Docker, name: string): Promise<void> =>
  tolerate(docker.getContainer(name).remove({ force: true, v: true }), isMissing, isBeingRemoved);

function createOptions({
  project,
  name,
  slot,
  service,
  addresses,
  hash,
  spec,
}: ContainerSpec): Docker.ContainerCreateOptions {
  const [first] = service.networks;
  const labels = {
    [LABEL.project]: project,
    [LABEL.service]: service.name,
    [LABEL.slot]: String(slot),
    [LABEL.hash]: hash,
    [LABEL.spec]: spec,
    [LABEL.addresses]: JSON.stringify(addresses),
    [LABEL.version]: VERSION,
    [LABEL.reloadable]: String(service.onFileChange.kind === 'reload'),
  };
  return {
    name,
    Image: service.image.reference,
    Hostname: `${service.name}-${slot}`,
    User: service.user,
    ...(service.entrypoint.length > 0 && { Entrypoint: service.entrypoint }),
    ...(service.command.length > 0 && { Cmd: service.command }),
    Env: Object.entries(service.env).map(([key, value]) => `${key}=${value}`),
    Labels: labels,
    ExposedPorts: Object.fromEntries(service.ports.map(({ container }) => [`${container}/tcp`, {}])),
    StopSignal: service.stopSignal,
    StopTimeout: service.stopTimeout,
    ...(service.healthcheck && { Healthcheck: healthcheck(service.healthcheck) }),
    HostConfig: hostConfig(project, service),
    ...(first && {
      NetworkingConfig: { EndpointsConfig: { [first.network]: endpoint(first.aliases, addresses[first.network]) } },
    }),
  };
}

/** Least privilege: nothing of the image can be written, no capability, no way to gain one. */
function hostConfig(project: string, service: Service): Docker.HostConfig {
  const labels = { [LABEL.files]: project };
  return {
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true'],
    PidsLimit: service.pids,
    Memory: service.memory,
    ...(service.cpus !== null && { NanoCpus: Math.round(service.cpus * 1e9) }),
    // Swap would only make a container that outgrew its memory slow before it is killed.
    MemorySwap: service.memory,
    Tmpfs: service.tmpfs,
    Mounts: [
      // No source: an anonymous volume, which is removed together with its container.
      {
        Type: 'volume',
        Source: '',
        Target: FILES_ROOT,
        VolumeOptions: { NoCopy: true, Labels: labels, DriverConfig: { Name: 'local', Options: {} } },
      },
      ...service.volumes.map(({ name, path }) => ({ Type: 'volume' as const, Source: name, Target: path })),
    ],
    PortBindings: Object.fromEntries(
      service.ports.map(({ bind, host, container }) => [
        `${container}/tcp`,
        [{ HostIp: bind, HostPort: String(host) }],
      ]),
    ),
    RestartPolicy: { Name: 'unless-stopped' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
  };
}

const endpoint = (aliases: string[], address: string | undefined): Docker.EndpointSettings =>
  ({
    Aliases: aliases,
    ...(address !== undefined && { IPAMConfig: { IPv4Address: address } }),
  }) as Docker.EndpointSettings;

/** `StartInterval` needs Docker 25; older engines leave it out and check after `Interval`. */
const healthcheck = (command: string[]): Docker.HealthConfig & { StartInterval: number } => ({
  Test: ['CMD', ...command],
  Interval: 10 * SECOND,
  Timeout: 5 * SECOND,
  StartPeriod: 15 * SECOND,
  StartInterval: SECOND,
  Retries: 3,
});

function ownerOf({ user }: Service): Owner {
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  return { uid, gid };
}
