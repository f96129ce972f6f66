import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { pathWithCompose } from '../support/compose.js';
import { useProject, type Project } from '../support/project.js';

// The same promises, kept in three ways: by fortress, by docker compose with what fortress exported, and with
// FastAPI behind the gateway instead of fortress's own server.

interface Verified {
  results: { id: string; verdict: string; summary: string }[];
}

const own = useProject('--preset', 'exam');
const fastapi = useProject('--preset', 'exam', '--backend', 'fastapi');

async function withOwnPorts({ name, ports, edit }: Project): Promise<void> {
  await edit(
    [/project: '.*'/, `project: '${name}'`],
    [/gateway: \{/, `gateway: {\n    bind: '127.0.0.1',`],
    [/httpPort: \d+/, `httpPort: ${ports.http}`],
    [/httpsPort: \d+/, `httpsPort: ${ports.https}`],
    [/exporterPort: 9113/, `exporterPort: ${ports.exporter}`],
    [/prometheusPort: 9090/, `prometheusPort: ${ports.prometheus}`],
    [/port: 3000/, `port: ${ports.grafana}`],
  );
}

/** What verify says of what listens there, as of anybody's deployment. */
async function verdicts({ ports, fortress }: Project, ca: string): Promise<Record<string, string>> {
  const target = ['--url', `https://localhost:${ports.https}`, '--http', `http://localhost:${ports.http}`];
  const { stdout } = await fortress('verify', ...target, '--user', 'admin:admin', '--ca', ca, '--json');
  const { results } = JSON.parse(stdout) as Verified;
  const broken = results.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip');
  expect(broken).toEqual([]);
  return Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]));
}

let byFortress: Record<string, string>;

it('fortress up keeps them', async () => {
  await withOwnPorts(own);
  await own.ok('up');
  byFortress = await verdicts(own, '.fortress/secrets/ca.crt');
  expect(Object.values(byFortress).filter((verdict) => verdict === 'pass').length).toBeGreaterThan(25);
  await own.ok('down');
});

it('docker compose does with what fortress exported', async () => {
  await own.ok('export', 'compose', 'deploy');
  const env = { PATH: await pathWithCompose() };
  const compose = (...args: string[]) => execa('docker-compose', args, { cwd: join(own.folder, 'deploy'), env });
  try {
    await compose('up', '--detach', '--wait');
    expect(await verdicts(own, 'deploy/ca.crt')).toEqual(byFortress);
  } finally {
    await compose('down', '--volumes', '--timeout', '2');
  }
});

it('FastAPI does behind the same gateway, with the labels of the same model', async () => {
  await withOwnPorts(fastapi);
  await fastapi.ok('up');
  expect(await verdicts(fastapi, '.fortress/secrets/ca.crt')).toEqual(byFortress);
  const { stdout } = await fastapi.ok('verify', '--only', 'proxy,ab,lb');
  expect(stdout).toContain('Everything that was asked holds');
});
