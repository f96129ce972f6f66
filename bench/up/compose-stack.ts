import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type Docker from 'dockerode';
import { stringify } from 'yaml';
import { messageOf, operationError } from '../../src/errors.js';
import { pathWithCompose } from '../../test/support/compose.js';
import { freePort } from '../../test/support/ports.js';
import { composeFile, fixedAddresses, FORMS, serviceOf, type ComposeForm, type RunningStack } from './compose-file.js';
import type { Stage } from './stage.js';
import { freeSubnet, moveAddresses } from './subnets.js';
import { runTimed, type Timed } from './timed.js';

/** A twin of a fortress stack that docker compose runs, beside it: other ports, another subnet, else the same. */
export interface ComposeStack {
  version: string;
  httpsPort: number;
  /** Addresses of the replicas that a prediction may come from: its own, and those of the stack that it is a twin of. */
  replicas: { own: string[]; original: string[] };
  up(form: ComposeForm): Promise<Timed>;
  down(): Promise<void>;
}

const PROJECT_LABEL = 'dev.fortress.project';

/**
 * Writes the twin of a stage whose stack is up, one compose file per form.
 * @throws FortressError (exit 1) when there is no compose
 */
export async function composeTwin(stage: Stage, docker: Docker): Promise<ComposeStack> {
  const { project, folder } = stage;
  const env = await composeEnvironment(folder);
  const stack = await observe(project, docker);
  const [from, to] = await subnets(stack, docker);
  const files = await copyFiles(stack, join(folder, 'compose'), (text) => moveAddresses(text, from, to));
  const original = stack.containers.filter((container) => serviceOf(container) === 'api-v1').flatMap(fixedAddresses);
  const ports = await portMap(stack);
  const portFor = (hostPort: string): number => ports.get(hostPort) ?? 0;
  for (const form of FORMS) {
    const filesOf = ({ Name }: { Name: string }): string => files.get(Name) ?? '';
    const text = stringify(composeFile(stack, { form, filesOf, portFor }), { aliasDuplicateObjects: false });
    await writeFile(join(folder, `compose.${form}.yml`), moveAddresses(text, from, to));
  }
  const compose = (form: ComposeForm, ...parameters: string[]): Promise<Timed> =>
    runTimed(['docker', 'compose', '-p', `${project}-compose`, '-f', `compose.${form}.yml`, ...parameters], {
      cwd: folder,
      env,
    });
  const { output: version } = await runTimed(['docker', 'compose', 'version', '--short'], { cwd: folder, env });
  return {
    version,
    httpsPort: portFor(String(stage.httpsPort)),
    replicas: { own: original.map((address) => moveAddresses(address, from, to)), original },
    up: (form) => compose(form, 'up', '-d'),
    async down() {
      await compose('fastest', 'down', '--volumes', '--timeout', '10');
    },
  };
}

/**
 * The environment in which `docker compose` is the second one, as people call it: as it is, or with that of
 * `pathWithCompose` among the plugins of the `docker` command.
 */
async function composeEnvironment(folder: string): Promise<Record<string, string>> {
  const PATH = await pathWithCompose();
  if (await hasCompose({ PATH })) return { PATH };
  const plugins = join(folder, 'docker', 'cli-plugins');
  const { stdout: program } = await execa('sh', ['-c', 'command -v docker-compose'], { env: { PATH }, reject: false });
  await mkdir(plugins, { recursive: true });
  await symlink(program, join(plugins, 'docker-compose'));
  const environment = { PATH, DOCKER_CONFIG: join(folder, 'docker') };
  if (await hasCompose(environment)) return environment;
  throw operationError('NO_COMPOSE', 'there is no `docker compose`', { hint: 'install docker-compose-plugin' });
}

const hasCompose = async (env: Record<string, string>): Promise<boolean> =>
  (await execa('docker', ['compose', 'version'], { env, reject: false })).exitCode === 0;

async function observe(project: string, docker: Docker): Promise<RunningStack> {
  const filters = { label: [`${PROJECT_LABEL}=${project}`] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  return {
    project,
    containers: await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).inspect())),
    networks,
  };
}

const subnetsOf = (networks: Docker.NetworkInspectInfo[]): string[] =>
  networks.flatMap(({ IPAM }) => IPAM?.Config ?? []).flatMap((range) => range['Subnet'] ?? []);

/** The subnet with fixed addresses, and one for the twin. */
async function subnets({ networks }: RunningStack, docker: Docker): Promise<[from: string, to: string]> {
  const [from = ''] = subnetsOf(networks.filter(({ IPAM }) => IPAM?.Config?.some((range) => range['IPRange'])));
  const ofVersion4 = subnetsOf(await docker.listNetworks()).filter((subnet) => subnet.includes('.'));
  return [from, freeSubnet(from, ofVersion4)];
}

async function portMap({ containers }: RunningStack): Promise<Map<string, number>> {
  const bindings = containers.flatMap(({ HostConfig }) =>
    Object.values(HostConfig.PortBindings as Record<string, { HostPort: string }[]>).flat(),
  );
  return new Map(
    await Promise.all(bindings.map(async ({ HostPort }): Promise<[string, number]> => [HostPort, await freePort()])),
  );
}

/** What fortress uploads, in folders for bind mounts, as people do it; by the container's name. */
async function copyFiles(
  { containers }: RunningStack,
  folder: string,
  adapt: (text: string) => string,
): Promise<Map<string, string>> {
  const folders = new Map<string, string>();
  await mkdir(folder);
  for (const { Name, Mounts } of containers) {
    const files = Mounts.find(({ Destination }) => Destination === '/etc/fortress');
    if (files === undefined) continue;
    const target = join(folder, Name);
    await execa('docker', ['cp', `${Name.slice(1)}:${files.Destination}`, target]);
    await openAll(target, adapt);
    folders.set(Name, target);
  }
  return folders;
}

/** Lets the containers' users read what `docker cp` made ours, and adapts what is text. */
async function openAll(folder: string, adapt: (text: string) => string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    const isFolder = (await stat(path)).isDirectory();
    await chmod(path, isFolder ? 0o755 : 0o644);
    if (!/\.(conf|yml|json)$/.test(name) || isFolder) continue;
    await writeFile(path, adapt(await readFile(path, 'utf8')));
  }
}

/** Takes it away, whatever state it is in. */
export async function removeTwin(twin: ComposeStack | null): Promise<void> {
  await twin?.down().catch((error: unknown) => process.stderr.write(`${messageOf(error)}\n`));
}
