import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { runCli, succeeded } from '../support/cli.js';
import { pathWithCompose } from '../support/compose.js';
import { docker, removeEverything } from '../support/engine.js';
import { freePort } from '../support/ports.js';

let folder: string;
let tree: string;
let path: string;
let https: number;
const project = `${inject('runPrefix')}-exam-${process.pid}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `${project}-`));
  tree = join(folder, 'tree');
  path = await pathWithCompose();
  const [http, port, exporterPort, prometheusPort, grafana] = await Promise.all(
    Array.from({ length: 5 }, () => freePort()),
  );
  https = port ?? 0;
  const config = {
    project,
    preset: 'exam',
    gateway: { bind: '127.0.0.1', httpPort: http, httpsPort: https },
    monitoring: { exporterPort, prometheusPort, grafana: { port: grafana, user: 'admin', password: 'admin' } },
  };
  await cp('model', join(folder, 'model'), { recursive: true });
  await writeFile(
    join(folder, 'fortress.config.ts'),
    `import { defineConfig } from 'fortress';\nexport default defineConfig(${JSON.stringify(config)});\n`,
  );
});

afterAll(async () => {
  await make('stop-project');
  await removeEverything(project);
  await execa('docker-compose', ['down', '--volumes', '--rmi', 'local'], {
    cwd: tree,
    env: { PATH: path },
    reject: false,
  });
  // What `up --build` made before the gateway's configuration was broken has lost its name.
  const label = [`com.docker.compose.project=${project}`];
  await docker.pruneImages({ filters: { dangling: ['true'], label } });
  for (const image of await docker.listImages({ filters: { reference: [`${project}/*`] } }))
    await docker.getImage(image.Id).remove({ force: true });
  await rm(folder, { recursive: true, force: true });
});

const make = (...targets: string[]) =>
  execa('make', targets, { cwd: tree, env: { PATH: path }, reject: false, all: true });

const NGINX = 'deployments/nginx/nginx.conf';

it('an exported exam starts by its own Makefile, passes its own tests and verify, and fails when it is broken', async () => {
  const exported = succeeded(await runCli(['export', 'exam', tree, '--json'], { cwd: folder }));
  expect(JSON.parse(exported.stdout)).toMatchObject({ target: 'exam', next: ['make start-project', 'make test'] });
  await cp(tree, join(folder, 'handed-in'), { recursive: true });

  const start = await make('start-project');
  expect(start).toMatchObject({ exitCode: 0 });
  const tests = await make('test');
  expect(tests).toMatchObject({ exitCode: 0 });
  expect(tests.stdout).toMatch(/PASS {2}more than 10 requests a second are refused/);
  expect(tests.stdout).toMatch(/\d+ passed, 0 failed/);

  const verify = await runCli(
    [
      'verify',
      '--url',
      `https://localhost:${https}`,
      '--user',
      'admin:admin',
      '--ca',
      join(tree, 'deployments/nginx/certs/nginx.crt'),
    ],
    { cwd: folder },
  );
  expect(verify.output).toMatch(/Everything that was asked holds/);

  const conf = await readFile(join(tree, NGINX), 'utf8');
  await writeFile(join(tree, NGINX), conf.replaceAll(/^ *limit_req zone.*\n/gm, ''));
  expect((await make('start-project')).exitCode).toBe(0);
  const broken = await make('test');
  expect(broken.exitCode).not.toBe(0);
  expect(broken.stdout).toMatch(/FAIL {2}more than 10 requests a second are refused/);

  const stop = await make('stop-project');
  expect(stop).toMatchObject({ exitCode: 0 });
  const left = await docker.listContainers({
    all: true,
    filters: { label: [`com.docker.compose.project=${project}`] },
  });
  expect(left).toEqual([]);
});

it('and can be brought back: the configuration that init makes of it keeps the same promises', async () => {
  const cwd = join(folder, 'handed-in');
  succeeded(await runCli(['init', '--from', '.'], { cwd }));
  succeeded(await runCli(['up'], { cwd }));
  const verify = succeeded(await runCli(['verify'], { cwd }));
  expect(verify.output).toMatch(/Everything that was asked holds/);
  const down = succeeded(await runCli(['down', '--purge', '--json'], { cwd }));
  const { operations, keptImages } = JSON.parse(down.stdout) as { operations: { id: string }[]; keptImages: string[] };
  expect(operations.filter(({ id }) => id.startsWith('image.remove'))).toHaveLength(2);
  expect(keptImages).toEqual([]);
  expect(await docker.listImages({ filters: { reference: [`fortress/${project}-*`] } })).toEqual([]);
});
