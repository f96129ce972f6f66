import { execFileSync } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { promisesOf, touched, up, type Change, type PlanDocument } from '../support/change.js';
import { docker, EMPTY, engineState, inspect } from '../support/engine.js';
import { folderState, permissions } from '../support/folder-state.js';
import { ask, type Answer } from '../support/http.js';
import { useProject } from '../support/project.js';

// The stack as `fortress init` and `fortress up` give it; only its ports are other ones.
const project = useProject();
let firstUp: Change;
const SERVICES = ['api-v1-1', 'api-v1-2', 'api-v1-3', 'api-v2-1', 'exporter-1', 'gateway-1', 'prometheus-1'];
const named = (name: string): string => `${project.name}-${name}`;

beforeAll(async () => {
  const { ports, name } = project;
  await project.edit(
    [/project: '.*'/, `project: '${name}'`],
    [/gateway: \{/, `gateway: {\n    bind: '127.0.0.1',`],
    [/httpPort: 80/, `httpPort: ${ports.http}`],
    [/httpsPort: 443/, `httpsPort: ${ports.https}`],
    [/exporterPort: 9113/, `exporterPort: ${ports.exporter}`],
    [/prometheusPort: 9090/, `prometheusPort: ${ports.prometheus}`],
    [/port: 3000/, `port: ${ports.grafana}`],
  );
  firstUp = await up(project);
});

describe('what up makes', () => {
  it('says what it did in plain lines, with links and credentials', () => {
    const { stdout } = firstUp.up;
    expect(stdout).toContain(`✓ ${project.name} is up`);
    expect(stdout).toContain(`https://localhost:${project.ports.https}/predict`);
    expect(stdout).toContain('.fortress/secrets/passwords.json');
    expect(stdout).toContain('curl --cacert .fortress/secrets/ca.crt');
    expect(stdout).not.toContain('\u001B');
  });

  it('what plan had promised', () => {
    expect(firstUp.before).toEqual(EMPTY);
    expect(firstUp.happened).toEqual(firstUp.promised);
  });

  it('the promised containers, networks and volumes, all running, and nothing else', async () => {
    const { containers, networks, volumes, fileVolumes } = await engineState(project.name);
    const services = containers.map(({ name }) => name.slice(project.name.length + 1));
    // Grafana is there where a registry could be reached.
    expect(services.filter((service) => service !== 'grafana-1')).toEqual(SERVICES);
    expect(containers.filter(({ running }) => !running)).toEqual([]);
    expect(networks.map(({ name }) => name)).toEqual([named('backend'), named('edge')]);
    expect(volumes.filter((name) => name !== named('grafana-data'))).toEqual([named('prometheus-data')]);
    expect(fileVolumes).toHaveLength(containers.length);
  });

  it('labels that say what a container is', async () => {
    const { Config } = await inspect(named('api-v1-2'));
    expect(Config.Labels).toMatchObject({
      'dev.fortress.project': project.name,
      'dev.fortress.service': 'api-v1',
      'dev.fortress.slot': '2',
      'dev.fortress.config-hash': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      'dev.fortress.version': expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
  });

  it('a backend without a way out, that holds the APIs; published ports are on edge only', async () => {
    const [backend, edge] = await Promise.all(
      ['backend', 'edge'].map(
        async (name) => (await docker.getNetwork(named(name)).inspect()) as { Internal: boolean },
      ),
    );
    expect(backend?.Internal).toBe(true);
    expect(edge?.Internal).toBe(false);
    for (const service of SERVICES.filter((name) => name.startsWith('api'))) {
      const { NetworkSettings, HostConfig } = await inspect(named(service));
      expect(Object.keys(NetworkSettings.Networks)).toEqual([named('backend')]);
      expect(HostConfig.PortBindings).toEqual({});
      expect(Object.values(NetworkSettings.Ports).flat().filter(Boolean)).toEqual([]);
    }
  });

  it('publishes the declared ports on the declared addresses, and no other', async () => {
    const published = await Promise.all(
      SERVICES.map(async (service) =>
        Object.entries((await inspect(named(service))).HostConfig.PortBindings as object),
      ),
    );
    const { http, https, exporter, prometheus } = project.ports;
    expect(Object.fromEntries(published.flat())).toEqual({
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(http) }],
      '443/tcp': [{ HostIp: '127.0.0.1', HostPort: String(https) }],
      '9113/tcp': [{ HostIp: '127.0.0.1', HostPort: String(exporter) }],
      '9090/tcp': [{ HostIp: '127.0.0.1', HostPort: String(prometheus) }],
    });
  });

  it.each(SERVICES)('least privilege and limits for %s', async (service) => {
    const { HostConfig, Config } = await inspect(named(service));
    expect(HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      Privileged: false,
      RestartPolicy: { Name: 'unless-stopped' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    });
    expect(HostConfig.CapAdd ?? []).toEqual([]);
    expect(HostConfig.SecurityOpt?.join()).toMatch(/^no-new-privileges/);
    expect(HostConfig.PidsLimit).toBeGreaterThan(0);
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.NetworkMode).not.toBe('host');
    expect(HostConfig.Binds ?? []).toEqual([]);
    expect(Config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('secrets that only their owner can read', async () => {
    const folder = join(project.folder, '.fortress/secrets');
    expect(permissions((await stat(folder)).mode)).toBe('700');
    const files = await readdir(folder);
    expect(files.toSorted()).toEqual([
      'ca.crt',
      'ca.key',
      'gateway.crt',
      'gateway.key',
      'hash.key',
      'htpasswd',
      'passwords.json',
    ]);
    for (const file of files) expect(permissions((await stat(join(folder, file))).mode)).toBe('600');
  });

  it('no secret where others look: inspect, labels, logs, plan, config', async () => {
    const [, password = ''] = (await project.login()).split(':');
    const [, hash = ''] = (await project.file('.fortress/secrets/htpasswd')).trim().split(':');
    const key = (await project.file('.fortress/secrets/gateway.key')).split('\n')[1] ?? '';
    const secrets = [password, hash, key];
    expect(secrets.every((secret) => secret.length >= 16)).toBe(true);
    const shown = [
      ...(await Promise.all(SERVICES.map(async (service) => JSON.stringify(await inspect(named(service)))))),
      ...(await Promise.all(
        [['logs'], ['plan'], ['plan', '--json'], ['config'], ['status', '--json'], ['links']].map(
          async (args) => (await project.fortress(...args)).output,
        ),
      )),
    ].join('\n');
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });
});

describe('what clients get', () => {
  it('predictions; probabilities only with the exact header', async () => {
    const v1 = await project.predict();
    expect(v1.status).toBe(200);
    expect(JSON.parse(v1.body)).toEqual({ 'prediction value': expect.stringMatching(/^[a-z]+$/) as string });
    expect(v1.headers['x-api-version']).toBe('v1');

    const v2 = await project.predict({ group: 'debug' });
    const { 'prediction value': label, prediction_proba_dict: probabilities } = JSON.parse(v2.body) as {
      'prediction value': string;
      prediction_proba_dict: Record<string, number>;
    };
    expect(Object.keys(probabilities)).toHaveLength(13);
    expect(Object.values(probabilities).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3);
    expect(probabilities[label]).toBe(Math.max(...Object.values(probabilities)));

    const other = await project.predict({ group: 'Debug' });
    expect(other.headers['x-api-version']).toBe('v1');
  });

  it('different predictions for different texts', async () => {
    const sentences = ['I love you so much', 'I am so sad and lonely, I miss her', 'happy mothers day'];
    const answers = [];
    for (const sentence of sentences) answers.push((await project.predict({ sentence })).body);
    expect(new Set(answers).size).toBeGreaterThan(1);
  });

  it.each([
    ['no credentials', undefined],
    ['a wrong password', 'admin:wrong'],
    ['a wrong user', 'nobody:admin'],
  ])('401 with %s', async (_, login) => {
    await sleep(200);
    const answer = await project.ask({ method: 'POST', path: '/predict', login, body: '{"sentence":"hi"}' });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('Basic');
  });

  it('a permanent redirect of plain HTTP that keeps path and query', async () => {
    const answer = await ask({ protocol: 'http', port: project.ports.http, path: '/predict?a=1', method: 'POST' });
    expect([301, 308]).toContain(answer.status);
    expect(answer.headers.location).toBe(`https://localhost:${project.ports.https}/predict?a=1`);
  });

  it('no status page on any published port', async () => {
    for (const path of ['/nginx_status', '/stub_status', '/healthz']) {
      const secure = await project.ask({ path });
      const plain = await ask({
        protocol: 'http',
        port: project.ports.http,
        path,
        headers: { host: 'localhost:8081' },
      });
      expect(secure.status).toBe(404);
      expect(plain.status).toBe(308);
      expect(secure.body + plain.body).not.toContain('Active connections');
    }
    expect((await inspect(named('gateway-1'))).NetworkSettings.Ports['8081/tcp'] ?? null).toBeNull();
  });

  it('the curl line of `links` works when pasted', async () => {
    const { stdout } = await project.fortress('links');
    const line = stdout.slice(stdout.indexOf('curl '));
    const answer = execFileSync('bash', ['-c', line.replace('curl ', 'curl --silent --show-error --fail ')], {
      cwd: project.folder,
      encoding: 'utf8',
    });
    expect(JSON.parse(answer)).toHaveProperty('prediction value');
  });

  it('503 above 10 requests a second, and service again afterwards', async () => {
    await sleep(1000);
    const login = await project.login();
    const answers = await Promise.all(Array.from({ length: 30 }, () => project.predict({ login })));
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    // One, the burst of five, and what the bucket lost while the thirty came in.
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(6);
    await sleep(1000);
    expect((await project.predict()).status).toBe(200);
  });

  it('Prometheus counts the requests', async () => {
    await expect.poll(requestsCounted, { timeout: 20_000, interval: 500 }).toBeGreaterThanOrEqual(0);
    const before = await requestsCounted();
    const answers: Answer[] = [];
    for (let sent = 0; sent < 5; sent += 1) {
      answers.push(await project.predict());
      await sleep(150);
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await expect.poll(requestsCounted, { timeout: 20_000, interval: 500 }).toBeGreaterThanOrEqual(before + 5);
  });
});

/** NaN before Prometheus has asked for the first time. */
async function requestsCounted(): Promise<number> {
  const path = '/api/v1/query?query=sum(nginx_http_requests_total)';
  const { body } = await ask({ protocol: 'http', port: project.ports.prometheus, path });
  const { data } = JSON.parse(body) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1] ?? Number.NaN);
}

describe('running it again', () => {
  it('up changes nothing and says so', async () => {
    const change = await up(project);
    expect(change.up.stdout).toContain(`${project.name} is up already, nothing to change`);
    expect(change.promised).toEqual([]);
    expect(change.happened).toEqual([]);
    expect(change.after).toEqual(change.before);
  });

  it('plan has nothing to do: exit code 0 with --exit-code', async () => {
    const { exitCode, stdout } = await project.fortress('plan', '--exit-code');
    expect(stdout).toContain('nothing to do');
    expect(exitCode).toBe(0);
  });

  it('plan shows a change, exits 2 with --exit-code, and changes nothing in the engine or on disk', async () => {
    const original = await project.file('fortress.config.ts');
    await project.edit(
      [/replicas: 3/, 'replicas: 4'],
      [/users: \['admin'\]/, "users: ['admin', 'bob']"],
      [/hosts: \[/, "hosts: ['api.example.org', "],
    );
    const [engine, disk] = [await engineState(project.name), await folderState(project.folder)];
    const { exitCode, stdout } = await project.fortress('plan', '--exit-code');
    expect(exitCode).toBe(2);
    expect(stdout).toContain(`+ ${named('api-v1-4')}: create`);
    expect(stdout).toContain('htpasswd: add user bob');
    expect(stdout).toContain('gateway/nginx.conf');
    const plan = await project.json<PlanDocument>('plan');
    expect(promisesOf(plan)).toEqual([
      `create ${named('api-v1-4')}`,
      `reload ${named('gateway-1')}`,
      `reload ${named('prometheus-1')}`,
      `start ${named('api-v1-4')}`,
    ]);
    expect((await project.fortress('plan')).exitCode).toBe(0);
    expect(await engineState(project.name)).toEqual(engine);
    expect(await folderState(project.folder)).toEqual(disk);
    await project.edit([/[^]*/, original.replaceAll('$', '$$$$')]);
  });
});

describe('a container that is gone', () => {
  it('comes back by itself when it is killed', async () => {
    const name = named('api-v1-2');
    const { State: before } = await inspect(name);
    process.kill(before.Pid, 'SIGKILL');
    await expect
      .poll(async () => (await inspect(name)).State.StartedAt, { timeout: 20_000 })
      .not.toBe(before.StartedAt);
    await expect.poll(async () => (await inspect(name)).State.Running, { timeout: 20_000 }).toBe(true);
    const change = await up(project);
    expect(change.happened).toEqual([]);
  });

  it('is started by up when it was stopped by hand', async () => {
    await docker.getContainer(named('api-v1-3')).stop();
    const status = await project.fortress('status');
    expect(status.exitCode).toBe(1);
    expect(status.stdout).toMatch(new RegExp(`${named('api-v1-3')}\\s+api-v1\\s+exited`));
    const change = await up(project);
    expect(change.happened).toEqual([`start ${named('api-v1-3')}`]);
    expect(change.promised).toEqual(change.happened);
  });

  it('is made again by up when it was removed', async () => {
    await docker.getContainer(named('api-v2-1')).remove({ force: true, v: true });
    await docker.getContainer(named('gateway-1')).remove({ force: true, v: true });
    const change = await up(project);
    expect(touched(change)).toEqual([named('api-v2-1'), named('gateway-1')]);
    expect(change.happened).toEqual(change.promised);
    await sleep(500);
    expect((await project.predict({ group: 'debug' })).status).toBe(200);
    expect((await project.fortress('status')).exitCode).toBe(0);
  });
});

describe('verify', () => {
  it('finds every promise kept', async () => {
    const { results, exitCode } = await project.json<{ results: { verdict: string }[]; exitCode: number }>('verify');
    expect(results.filter(({ verdict }) => !['pass', 'skip'].includes(verdict))).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
