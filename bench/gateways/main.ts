import { cpus, loadavg } from 'node:os';
import type Docker from 'dockerode';
import { execute } from '../../src/engine/docker/exec.js';
import { API_PORT } from '../../src/stack/services/api.js';
import { findEngine } from '../engine.js';
import { runBench } from '../run-bench.js';
import { interruption, progress } from '../up/interruption.js';
import { ANSWERS, assertWorks } from './answers.js';
import { backend } from './backend.js';
import { client } from './client.js';
import { actorsOf, CONTENDERS, nginx } from './contenders.js';
import { makeProject, userOf, type Project } from './fortress-gateway.js';
import { ensureImage } from './image.js';
import { measureHandshakes, measureRequests, type Range, type Running } from './measure.js';
import { readOptions, USAGE, type GatewaysOptions } from './options.js';
import { formatResult, toDocument, type GatewaysResult, type HandshakeKey } from './report.js';
import { setStage, type Stage } from './stage.js';

/** One that takes about as long to check as sha512-crypt does: 2 ms. */
const BCRYPT_COST = 5;

async function bench(options: GatewaysOptions, signal: AbortSignal): Promise<GatewaysResult> {
  const { docker, store } = await findEngine();
  const image = await ensureImage(store, { report: progress, signal });
  const names = CONTENDERS.map(({ name }) => name);
  const project = await makeProject(image, names, 'ecdsa-p256');
  const before = loadavg()[0] ?? 0;
  const stage = await setStage(docker, project.gateway);
  try {
    const { name, password } = userOf(project);
    const { container } = await stage.start(client(`${name}:${password}`), 'others');
    const { address: v1 } = await stage.start(backend('api-v1', ANSWERS.v1), 'others');
    const { address: v2 } = await stage.start(backend('api-v2', ANSWERS.v2), 'others');
    const range: Range = { docker, client: container, progress, signal };
    const bcrypt = await bcryptOf(docker, container, password);
    const gateways = await startContenders(stage, project, { v1, v2 }, bcrypt);
    const requests = await measureRequests(gateways, range, options);
    const handshakes = await measureHandshakes(await startKeys(stage, image, { v1, v2 }), range, options);
    return {
      machine: { processor: cpus()[0]?.model ?? '', loadAverage: { before, after: loadavg()[0] ?? 0 } },
      versions: await versionsOf(docker, container),
      connections: options.connections,
      gateways: CONTENDERS.map((contender, index) => ({ ...contender, rounds: requests[index] ?? [] })),
      handshakes: handshakes.map(({ cell, rounds }) => ({
        key: cell.name as HandshakeKey,
        protocol: cell.protocol.title,
        rounds,
      })),
    };
  } finally {
    await stage.remove();
  }
}

async function startContenders(
  stage: Stage,
  project: Project,
  backends: { v1: string; v2: string },
  bcrypt: string,
): Promise<Running[]> {
  const { name: user, password } = userOf(project);
  const actors = actorsOf({ project, backends, port: API_PORT, bcrypt });
  const running: Running[] = [];
  for (const contender of CONTENDERS) {
    progress(`starting ${contender.title}`);
    const { container, address } = await stage.start(actors[contender.name], 'gateway');
    await assertWorks(contender, { address, ca: project.credentials.caCertificate, login: `${user}:${password}` });
    running.push({ name: contender.name, container });
  }
  return running;
}

/** The same gateway with a key of either kind. */
async function startKeys(stage: Stage, image: string, backends: { v1: string; v2: string }): Promise<Running[]> {
  const running: Running[] = [];
  for (const [name, key] of [
    ['ecdsa', 'ecdsa-p256'],
    ['rsa', 'rsa-2048'],
  ] as const satisfies [HandshakeKey, string][]) {
    const project = await makeProject(image, [name], key);
    const { container } = await stage.start(nginx(name, { project, backends }), 'gateway');
    running.push({ name, container });
  }
  return running;
}

async function bcryptOf(docker: Docker, container: string, password: string): Promise<string> {
  const mkpasswd = ['/usr/bin/mkpasswd', '--method=bcrypt', `--rounds=${BCRYPT_COST}`, password];
  const { output } = await execute(docker, container, mkpasswd);
  return output.trim();
}

const VERSIONS = 'nginx -v; haproxy -v; echo "caddy $(caddy version)"; openssl version';

async function versionsOf(docker: Docker, container: string): Promise<string[]> {
  const { output } = await execute(docker, container, ['sh', '-c', VERSIONS]);
  return [...output.matchAll(/(nginx\/|HAProxy version |caddy |^OpenSSL )(\d[\d.]+)/gm)].map(
    ([, name = '', version]) => `${name.replace(/\W.*/, '')} ${version}`,
  );
}

await runBench({ usage: USAGE, readOptions, bench, toDocument, formatResult }, interruption());
