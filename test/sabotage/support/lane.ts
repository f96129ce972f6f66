import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { addressOf, answers, remove, startContainer, waitUntil } from './containers.js';
import { latestOf, type Images } from './images.js';
import { createNetworks } from './networks.js';
import { startStack, type RunningStack } from './run-stack.js';
import type { ApiContainer, StudentStack } from './student-stack.js';

/** A network with APIs in it, in front of which one stack after the other is started. */
export interface Lane {
  /** As compose labels it. */
  project: string;
  /** Starts gateway and monitoring; ends with the gateway answering. */
  start(stack: StudentStack): Promise<RunningStack>;
  close(): Promise<void>;
}

/** Starts the APIs; what was started is removed when one of them cannot be. */
export async function openLane(
  images: Images,
  { apis, isInternal = false }: Pick<StudentStack, 'apis' | 'isInternal'>,
): Promise<Lane> {
  const project = `sabotage-${randomBytes(3).toString('hex')}`;
  const networks = await createNetworks(project, isInternal);
  const containers: Docker.Container[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(containers.map(remove));
    await Promise.all(networks.map((network) => network.remove()));
  };
  const attempts = await Promise.allSettled(
    apis.map(async (api) => {
      const container = await createApi(images, project, api);
      containers.push(container);
      await settle(container, api);
    }),
  );
  const failed = attempts.find((attempt) => attempt.status === 'rejected');
  if (!failed) return { project, close, start: (stack) => startStack(images, project, stack) };
  await close();
  throw failed.reason;
}

const urlOf = (address: string, { hostPort = 8000 }: ApiContainer): string => `http://${address}:${hostPort}/health`;

const createApi = (images: Images, project: string, api: ApiContainer): Promise<Docker.Container> =>
  startContainer({
    name: `${project}-${api.alias}`,
    image: api.latest ? latestOf(images.api[api.image]) : images.api[api.image],
    project,
    service: api.service,
    network: api.hostPort === undefined ? project : 'host',
    aliases: [api.service, api.alias],
    env: api.env ?? {},
    ...(api.user !== undefined && { user: api.user }),
    ...(!api.unchecked && { healthcheck: `wget -q -O /dev/null ${urlOf('127.0.0.1', api)}` }),
    ...(api.host && { host: api.host }),
    ...(api.published && { published: [{ ...api.published, containerPort: 8000 }] }),
  });

/** Waits until it answers, and stops it where it is to have exited. */
async function settle(container: Docker.Container, api: ApiContainer): Promise<void> {
  const address = api.hostPort === undefined ? await addressOf(container) : '127.0.0.1';
  await waitUntil(container, () => answers(urlOf(address, api)));
  if (api.exited) await container.stop();
}
