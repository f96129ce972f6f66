import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { pack } from 'tar-stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { imageStore } from '../../src/engine/docker/images.js';
import { apiFiles, apiReference, buildApi } from '../../src/images/api.js';
import { debianCatalog } from '../../src/images/debian.js';
import { debianBuilder } from '../../src/images/debian/build.js';
import { packRootFileSystem } from '../../src/images/debian/root-file-system.js';
import { readRecipe } from '../../src/images/debian/recipes.js';
import type { OwnImage } from '../../src/images/image-source.js';
import type { ImageStore } from '../../src/images/image-store.js';

const docker = new Docker();
const store = imageStore(docker);
const prefix = `img-${randomBytes(4).toString('hex')}`;
const silent = { report: (): void => undefined };

const NGINX_CONF = `
pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
  access_log /dev/stdout;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server { listen 80; location / { return 200 "served by $hostname"; } }
  server { listen 8081; location /nginx_status { stub_status; } }
}`;
const PROMETHEUS_YML =
  'global: { scrape_interval: 1s }\nscrape_configs: [{ job_name: own, static_configs: [{ targets: ["127.0.0.1:9090"] }] }]\n';

/** The limits that every container of a stack has. */
const HARDENED = {
  ReadonlyRootfs: true,
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  Tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=64m,mode=1777' },
  PidsLimit: 128,
};

const containers: Docker.Container[] = [];
const volumes: string[] = [];
const images: string[] = [];

interface Start {
  image: string;
  user: string;
  command?: string[];
  entrypoint?: string[];
  /** Put into a volume at /etc/fortress, as the engine does. */
  file?: { name: string; content: string };
  dataPath?: string;
}

async function volume(name: string): Promise<string> {
  await docker.createVolume({ Name: `${prefix}-${name}` });
  volumes.push(`${prefix}-${name}`);
  return `${prefix}-${name}`;
}

async function start(
  name: string,
  { image, user, command, entrypoint, file, dataPath }: Start,
): Promise<Docker.Container> {
  const binds = [
    ...(file ? [`${await volume(`${name}-files`)}:/etc/fortress`] : []),
    ...(dataPath === undefined ? [] : [`${await volume(`${name}-data`)}:${dataPath}`]),
  ];
  const container = await docker.createContainer({
    name: `${prefix}-${name}`,
    Image: image,
    User: user,
    Cmd: command,
    Entrypoint: entrypoint,
    HostConfig: { ...HARDENED, Binds: binds },
  });
  containers.push(container);
  if (file) {
    const archive = pack();
    archive.entry({ name: file.name, mode: 0o444 }, file.content);
    archive.finalize();
    await container.putArchive(Readable.from(archive), { path: '/etc/fortress' });
  }
  await container.start();
  return container;
}

async function addressOf(container: Docker.Container): Promise<string> {
  const { NetworkSettings } = await container.inspect();
  return NetworkSettings.Networks['bridge']?.IPAddress ?? '';
}

async function run(
  container: Docker.Container,
  ...command: string[]
): Promise<{ exitCode: number | null; output: string }> {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true });
  const stream = await exec.start({ Tty: true });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return { exitCode: (await exec.inspect()).ExitCode, output: Buffer.concat(chunks).toString() };
}

/** What a URL answers once it answers 200. */
async function answerOf(url: string): Promise<string> {
  let last: unknown;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
      if (response.ok) return await response.text();
      last = response.status;
    } catch (error) {
      last = error;
    }
    await sleep(200);
  }
  throw new Error(`${url} gave ${String(last)}`);
}

const referenceOf = (image: OwnImage): string => {
  const found = debianCatalog().reference(image);
  if ('missing' in found) throw new Error(found.missing);
  return found.reference;
};

afterEach(() => vi.unstubAllEnvs());

afterAll(async () => {
  await Promise.all(containers.map((container) => container.remove({ force: true, v: true })));
  await Promise.all(volumes.map((name) => docker.getVolume(name).remove()));
  await Promise.all(
    images.map((reference) =>
      docker
        .getImage(reference)
        .remove({ force: true })
        .catch(() => undefined),
    ),
  );
});

describe('images from Debian packages, hardened', () => {
  const nodeBase = debianCatalog().nodeBase;

  beforeAll(async () => {
    const ensure = debianBuilder(store);
    await Promise.all((['node', 'nginx', 'exporter', 'prometheus'] as const).map((image) => ensure(image, silent)));
  });

  it('nginx tests its configuration, serves on port 80, and the exporter reads its status', async () => {
    const nginx = await start('nginx', {
      image: referenceOf('nginx'),
      user: '101:101',
      entrypoint: ['nginx', '-e', 'stderr', '-c', '/etc/fortress/nginx.conf', '-g', 'daemon off;'],
      file: { name: 'nginx.conf', content: NGINX_CONF },
    });
    const address = await addressOf(nginx);
    expect(await answerOf(`http://${address}/`)).toMatch(/^served by /);
    const test = await run(nginx, 'nginx', '-e', 'stderr', '-t', '-c', '/etc/fortress/nginx.conf');
    expect(test.output).toContain('test is successful');
    expect(test.exitCode).toBe(0);
    expect(await run(nginx, 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1/')).toMatchObject({ exitCode: 0 });

    const exporter = await start('exporter', {
      image: referenceOf('exporter'),
      user: '65534:65534',
      entrypoint: ['/usr/bin/nginx-prometheus-exporter'],
      command: [`--nginx.scrape-uri=http://${address}:8081/nginx_status`],
    });
    expect(await answerOf(`http://${await addressOf(exporter)}:9113/metrics`)).toMatch(/^nginx_up 1$/m);
  });

  it('Prometheus gets ready with a fresh volume, and promtool judges its configuration', async () => {
    const prometheus = await start('prometheus', {
      image: referenceOf('prometheus'),
      user: '65534:65534',
      entrypoint: ['prometheus'],
      command: ['--config.file=/etc/fortress/prometheus.yml', '--storage.tsdb.path=/prometheus'],
      file: { name: 'prometheus.yml', content: PROMETHEUS_YML },
      dataPath: '/prometheus',
    });
    const address = await addressOf(prometheus);
    expect(await answerOf(`http://${address}:9090/-/ready`)).toContain('Ready');
    expect((await run(prometheus, 'prometheus', '--version')).output).toContain('prometheus, version');
    expect(await run(prometheus, 'promtool', 'check', 'config', '/etc/fortress/prometheus.yml')).toMatchObject({
      exitCode: 0,
    });
  });

  it('leaves nothing of the build machine in an image, nor a folder where files are mounted', async () => {
    const nginx = await start('bare', { image: referenceOf('nginx'), user: '101:101', entrypoint: ['sleep', '60'] });
    for (const path of ['/etc/apt', '/etc/fortress', '/var/lib/apt', '/var/cache/apt']) {
      expect(await run(nginx, 'ls', '-d', path)).toMatchObject({ exitCode: 1 });
    }
    expect((await run(nginx, 'ls', '/var/lib/dpkg/status.d')).output).toContain('nginx-common');
    expect((await run(nginx, 'id')).output).toContain('uid=101(nginx) gid=101(nginx)');
  });

  it('the API image runs a server with ONNX Runtime on the Node base', async () => {
    const work = await mkdtemp(join(tmpdir(), `${prefix}-`));
    try {
      const serverFile = join(work, 'server.mjs');
      await writeFile(serverFile, STAND_IN);
      const files = { ...apiFiles(), serverFile };
      const reference = apiReference(nodeBase, files);
      images.push(reference);
      await buildApi(store, work, nodeBase, silent, files);
      const api = await start('api', { image: reference, user: '10001:10001' });
      const answer = JSON.parse(await answerOf(`http://${await addressOf(api)}:8000/`)) as object;
      expect(answer).toEqual({ uid: 10_001, backends: expect.arrayContaining(['cpu']) as string[], telemetry: '1' });
      expect((await run(api, 'node', '-v')).output).toMatch(/^v20\./);
    } finally {
      await rm(work, { recursive: true });
    }
  });
});

/** In the real engine, but under names of this test's own. */
const renamed = (reference: string): string => reference.replace(/^fortress\//, `${prefix}/`);

describe('building', () => {
  const imported: string[] = [];
  const separate: ImageStore = {
    ...store,
    exists: (reference) => store.exists(renamed(reference)),
    async importTar(tar, reference, changes, options) {
      imported.push(reference);
      images.push(renamed(reference));
      await store.importTar(tar, renamed(reference), changes, options);
    },
  };

  it('happens once when two want the same image at the same time', async () => {
    const lines: string[] = [];
    const both = [debianBuilder(separate), debianBuilder(separate)];
    await Promise.all(both.map((ensure) => ensure('exporter', { report: (line) => lines.push(line) })));
    expect(imported).toEqual([referenceOf('exporter')]);
    expect(await separate.exists(referenceOf('exporter'))).toBe(true);
    expect(lines).toContain('unpacking packages');
  });

  it('can be stopped, and leaves no mounts of the host behind', async () => {
    const stop = new AbortController();
    const tarFile = join(tmpdir(), `${prefix}.tar`);
    const building = packRootFileSystem(readRecipe('exporter'), 'amd64', tarFile, {
      report: (line) => line === 'unpacking packages' && stop.abort(),
      signal: stop.signal,
    });
    await expect(building).rejects.toThrow(/abort/);
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain('mmdebstrap');
    await rm(tarFile, { force: true });
  });

  it('says what to do when mmdebstrap is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(packRootFileSystem(readRecipe('nginx'), 'amd64', '/dev/null', silent)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('mmdebstrap is not installed') as string,
      hint: expect.stringContaining('fortress doctor --fix') as string,
    });
  });

  it('says what apt said when a package cannot be had', async () => {
    const recipe = { ...readRecipe('nginx'), packages: ['no-such-package'] };
    const building = packRootFileSystem(recipe, 'amd64', join(tmpdir(), `${prefix}.tar`), silent);
    await expect(building).rejects.toMatchObject({
      exitCode: 3,
      why: expect.stringContaining('no-such-package') as string,
    });
    await rm(join(tmpdir(), `${prefix}.tar`), { force: true });
  });
});

describe('failures that the engine reports inside its stream', () => {
  const reference = `${prefix}/broken:1`;

  it('a tar that is none', async () => {
    const tar = Readable.from([Buffer.alloc(2048, 'x')]);
    await expect(store.importTar(tar, reference, [], silent)).rejects.toThrow(/tar/);
    expect(await store.exists(reference)).toBe(false);
  });

  it('a Dockerfile that cannot be built', async () => {
    const context = pack();
    context.entry({ name: 'Dockerfile' }, 'FROM scratch\nCOPY missing /\n');
    context.finalize();
    await expect(store.build(Readable.from(context), reference, silent)).rejects.toThrow(/missing/);
    expect(await store.exists(reference)).toBe(false);
  });

  it('a registry that nobody runs', async () => {
    await expect(store.askRegistry('127.0.0.1:1/some/image:1', 4000)).rejects.toThrow(/refused|no answer/);
    await expect(store.pull('127.0.0.1:1/some/image:1', silent)).rejects.toThrow(/refused/);
  });
});

/** Stands in for the model server: shows that it can load the native runtime. */
const STAND_IN = `
import { createServer } from 'node:http';
import ort from 'onnxruntime-node';
const backends = ort.listSupportedBackends().map(({ name }) => name);
createServer((_request, response) => {
  response.end(JSON.stringify({ uid: process.getuid(), backends, telemetry: process.env.ORT_DISABLE_TELEMETRY }));
}).listen(8000);
process.on('SIGTERM', () => process.exit(0));
`;
