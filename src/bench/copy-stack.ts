import { createHash } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolved.js';
import type { User } from '../credentials/htpasswd.js';
import { operationError } from '../errors.js';
import type { ImageReference } from '../images/image-source.js';
import type { RenderService } from '../render/render.js';
import { hostInUrl } from '../render/views.js';
import { apiService, networkName } from '../stack/names.js';
import { API_PORT } from '../stack/services/api.js';
import { FILES_CURRENT, type Attachment, type Service, type ServiceFile, type Stack } from '../stack/stack.js';
import type { Layer } from './layers.js';
import { CLIENT_FILE, CLIENT_PORT, SENTENCES_FILE, TARGETS_FILE, type LoadTarget } from './load-job.js';
import { makeSentences } from './sentences.js';

/** Service of the container that sends the requests. */
export const CLIENT = 'client';

/** Service of a layer's gateway. */
export const gatewayOf = ({ name }: Layer): string => `gateway-${name}`;

/** Distinct texts, so that no cache of the model server has seen the next one. */
const SENTENCES = 3000;

/**
 * The stack to measure, of that of a configuration: all APIs as they are, one gateway for each layer, and the
 * client. They meet in the internal network, so nothing is published, and no port of this machine is in the way. Pure.
 * @param server the image of fortress's own model server
 */
export function copyStack(stack: Stack, layers: Layer[], server: ImageReference): Stack {
  const gateway = stack.services.find(({ name }) => name === 'gateway');
  const apis = stack.services.filter(({ rollout }) => rollout !== null);
  const [api] = apis;
  if (gateway === undefined || api === undefined || 'missing' in server) {
    throw operationError('IMAGE_MISSING', 'there is nothing to measure', {
      why: stack.omitted.map(({ service, reason }) => `${service}: ${reason}`).join('; '),
    });
  }
  const attached = (name: string): Attachment[] => [
    { network: networkName(stack.project, 'backend'), aliases: [name], fixedAddress: false },
  ];
  const gateways = layers
    .filter(({ configure }) => configure !== null)
    .map((layer): Service => {
      const name = gatewayOf(layer);
      return { ...gateway, name, networks: attached(name), ports: [] };
    });
  return {
    ...stack,
    networks: stack.networks.filter(({ internal }) => internal),
    volumes: [],
    services: [
      ...apis,
      ...gateways,
      clientService({ ...api, image: { name: 'api', ...server } }, attached(CLIENT)),
    ].map(unchecked),
  };
}

/** A health check starts a process every few seconds, some of it in one round and none in the next. */
const unchecked = (service: Service): Service => ({ ...service, healthcheck: null });

/** It runs on the image of fortress's own server, which has Node.js. */
const clientService = (api: Service, networks: Attachment[]): Service => ({
  ...api,
  name: CLIENT,
  replicas: 1,
  entrypoint: ['node', `${FILES_CURRENT}/${CLIENT_FILE}`],
  command: [],
  env: {},
  networks,
  readiness: { port: CLIENT_PORT, path: '/', timeout: 30 },
  memory: 512 * 1024 ** 2,
  stopTimeout: 1,
  rollout: null,
});

/** What the copy is made of beside the configuration. */
interface CopyMaterials {
  config: ResolvedConfig;
  layers: Layer[];
  users: User[];
  /** Text of the client's program. */
  program: string;
  /** The files of the project's own services. */
  render: RenderService;
}

/** The files of the copy's services: each gateway has its layer's nginx.conf. */
export function copyRenderer({ config, layers, users, program, render }: CopyMaterials): RenderService {
  return (service, serving) => {
    if (service.name === CLIENT) return clientFiles(program, targetsOf(config, layers, users));
    const configure = layers.find((layer) => gatewayOf(layer) === service.name)?.configure;
    if (!configure) return render(service, serving);
    return render({ ...service, name: 'gateway' }, serving).map((file) =>
      file.path === 'nginx.conf' && typeof file.content === 'string' ? text(file.path, configure(file.content)) : file,
    );
  };
}

const clientFiles = (program: string, targets: Record<string, LoadTarget>): ServiceFile[] => [
  text(CLIENT_FILE, program),
  text(SENTENCES_FILE, JSON.stringify(makeSentences(SENTENCES))),
  // A hash of it would be in a label, and a password can be found by its hash: this one stands for no content.
  { path: TARGETS_FILE, content: JSON.stringify(targets), hash: 'secret', secret: true },
];

const text = (path: string, content: string): ServiceFile => ({
  path,
  content,
  hash: createHash('sha256').update(content).digest('hex'),
  secret: false,
});

/** By layer. The APIs are asked as the gateway asks them, all replicas in turn; gateways as a client does. */
function targetsOf(
  { gateway, apis, routes }: ResolvedConfig,
  layers: Layer[],
  [user]: User[],
): Record<string, LoadTarget> {
  const authorization = `Basic ${Buffer.from(`${user?.name}:${user?.password}`).toString('base64')}`;
  const api = apis.find(({ name }) => name === routes.default);
  const host = hostInUrl(gateway.hosts[0] ?? 'localhost');
  const target = (layer: Layer): LoadTarget =>
    layer.configure === null
      ? { host: apiService(routes.default), port: api?.port ?? API_PORT, tls: false, headers: {} }
      : { host: gatewayOf(layer), port: 443, tls: layer.tls, headers: { host, authorization } };
  return Object.fromEntries(layers.map((layer) => [layer.name, target(layer)]));
}
