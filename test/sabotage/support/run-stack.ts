import https from 'node:https';
import type Docker from 'dockerode';
import type { Listening } from '../../unit/verify/support/listen.js';
import { answers, remove, startContainer, waitUntil } from './containers.js';
import { edgeOf } from './networks.js';
import { startGrafana } from './grafana.js';
import type { Images } from './images.js';
import type { StudentStack } from './student-stack.js';

export interface RunningStack {
  stop(): Promise<void>;
}

/** Starts everything but the APIs, which are in the project's network already; ends with the gateway answering. */
export async function startStack(images: Images, project: string, stack: StudentStack): Promise<RunningStack> {
  const containers: Docker.Container[] = [];
  const servers: Listening[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all([...containers.map(remove), ...servers.map((server) => server.close())]);
  };
  try {
    const gateway = await startGateway(images, project, stack);
    containers.push(gateway);
    if (stack.exporter) containers.push(await startExporter(images, project, stack, stack.exporter));
    if (stack.prometheus) {
      const prometheus = await startPrometheus(images, project, stack, stack.prometheus);
      containers.push(prometheus);
      await waitUntil(prometheus, () => answers(`http://127.0.0.1:${stack.ports.prometheus}/-/ready`));
    }
    if (stack.grafana) servers.push(await startGrafana(stack.grafana, stack.ports.grafana));
    await waitUntil(gateway, () => serves(stack));
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const startGateway = (images: Images, project: string, stack: StudentStack): Promise<Docker.Container> =>
  startContainer({
    name: `${project}-nginx`,
    image: images.nginx,
    project: stack.gateway.project ?? project,
    service: stack.gateway.service ?? 'nginx',
    network: stack.isInternal ? edgeOf(project) : project,
    ...(stack.isInternal && { also: project }),
    ...(stack.gateway.host && { host: stack.gateway.host }),
    ...(stack.gateway.restart && { restart: stack.gateway.restart }),
    aliases: ['nginx'],
    // Not the official image's script, which would change files.
    entrypoint: ['nginx'],
    command: ['-e', 'stderr', '-g', 'daemon off;'],
    files: { folder: '/etc/nginx', texts: { 'nginx.conf': stack.nginxConf, ...stack.files } },
    healthcheck: 'kill -0 1',
    published: Object.entries(stack.gateway.published).map(([containerPort, port]) => ({
      bind: stack.gateway.bind,
      port,
      containerPort: Number(containerPort),
    })),
  });

/** Whatever it answers: the engine's proxy takes connections before nginx does. */
function serves({ ports }: StudentStack): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const options = { port: ports.https, host: '127.0.0.1', rejectUnauthorized: false, timeout: 2000, agent: false };
    const request = https.get(options, (response) => {
      response.resume();
      resolve(true);
    });
    request.once('timeout', () => request.destroy(new Error('no answer')));
    // What speaks no TLS speaks too.
    request.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EPROTO' ? resolve(true) : reject(error)));
  });
}

async function startExporter(
  images: Images,
  project: string,
  { ports }: StudentStack,
  { scrapeUri }: NonNullable<StudentStack['exporter']>,
): Promise<Docker.Container> {
  return startContainer({
    name: `${project}-exporter`,
    image: images.exporter,
    project,
    service: 'exporter',
    network: project,
    aliases: ['exporter'],
    entrypoint: ['/usr/bin/nginx-prometheus-exporter'],
    command: [`--nginx.scrape-uri=${scrapeUri}`],
    published: [{ bind: '127.0.0.1', port: ports.exporter, containerPort: 9113 }],
  });
}

async function startPrometheus(
  images: Images,
  project: string,
  { ports }: StudentStack,
  { config }: NonNullable<StudentStack['prometheus']>,
): Promise<Docker.Container> {
  return startContainer({
    name: `${project}-prometheus`,
    image: images.prometheus,
    project,
    service: 'prometheus',
    network: project,
    aliases: ['prometheus'],
    entrypoint: ['prometheus'],
    command: ['--config.file=/etc/prometheus/student.yml', '--storage.tsdb.path=/tmp/prometheus'],
    files: { folder: '/etc/prometheus', texts: { 'student.yml': config } },
    published: [{ bind: '127.0.0.1', port: ports.prometheus, containerPort: 9090 }],
  });
}
