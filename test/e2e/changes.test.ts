import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { FortressConfig, GatewayConfig } from '../../src/config/types.js';
import { touched, up, type Change } from '../support/change.js';
import { ask } from '../support/http.js';
import { freePort } from '../support/ports.js';
import { useProject } from '../support/project.js';
import { underTraffic, type Tally } from '../support/traffic.js';
import { sampleCsv } from '../unit/train/sample-data.js';

// One running stack that is changed step by step. After each step the engine's own record of what
// happened is compared with what the plan had said.
const project = useProject();
const named = (name: string): string => `${project.name}-${name}`;
let config: FortressConfig = {};
let login = '';

beforeAll(async () => {
  const { exporter, prometheus } = project.ports;
  config = {
    apis: { v1: { replicas: 3 }, v2: { debug: true } },
    monitoring: { exporterPort: exporter, prometheusPort: prometheus, grafana: false },
  };
  await project.configure(config);
  await project.ok('up');
  login = await project.login();
});

/** Puts a change into the configuration and carries it out while a client asks all the time. */
async function change(part: FortressConfig): Promise<Change & { tally: Tally }> {
  config = { ...config, ...part, gateway: { ...config.gateway, ...part.gateway } };
  await project.configure(config);
  const { result, tally } = await underTraffic(
    () => project.predict({ login }),
    () => up(project),
  );
  expect(await project.fortress('plan', '--exit-code')).toMatchObject({ exitCode: 0 });
  return { ...result, tally };
}

const changeGateway = (gateway: GatewayConfig): Promise<Change & { tally: Tally }> => change({ gateway });

/** The plan was kept to the letter, and no client noticed. */
function expectUnnoticed({ promised, happened, tally }: Change & { tally: Tally }): void {
  expect(happened).toEqual(promised);
  expect(tally.failures).toEqual([]);
  expect(tally.sent).toBeGreaterThan(5);
}

async function instancesThatAnswer(): Promise<string[]> {
  const answers = [];
  for (let sent = 0; sent < 12; sent += 1) answers.push(await project.predict({ login }));
  return [...new Set(answers.map(({ headers }) => String(headers['x-instance-id'])))].toSorted();
}

describe('replicas', () => {
  it('3 → 4 adds one and tells the gateway', async () => {
    const done = await change({ apis: { v1: { replicas: 4 }, v2: { debug: true } } });
    expectUnnoticed(done);
    expect(done.happened).toEqual([
      `create ${named('api-v1-4')}`,
      `reload ${named('gateway-1')}`,
      `reload ${named('prometheus-1')}`,
      `start ${named('api-v1-4')}`,
    ]);
    expect(touched(done)).toEqual([named('api-v1-4')]);
    expect(done.plan.operations.map(({ cause }) => cause)).toContain('replicas 3 → 4');
    expect(await instancesThatAnswer()).toEqual(['api-v1-1', 'api-v1-2', 'api-v1-3', 'api-v1-4']);
  });

  it('4 → 2 takes two away after the gateway has let go of them', async () => {
    const done = await change({ apis: { v1: { replicas: 2 }, v2: { debug: true } } });
    expectUnnoticed(done);
    expect(done.happened).toEqual([
      `reload ${named('gateway-1')}`,
      `reload ${named('prometheus-1')}`,
      `remove ${named('api-v1-3')}`,
      `remove ${named('api-v1-4')}`,
      `stop ${named('api-v1-3')}`,
      `stop ${named('api-v1-4')}`,
    ]);
    expect(touched(done)).toEqual([]);
    expect(await instancesThatAnswer()).toEqual(['api-v1-1', 'api-v1-2']);
  });
});

describe('the gateway alone', () => {
  const reloaded = [`reload ${named('gateway-1')}`];

  it('a rate limit is a reload', async () => {
    const done = await changeGateway({ rateLimit: { requestsPerSecond: 50, burst: 50, status: 429 } });
    expectUnnoticed(done);
    expect(done.happened).toEqual(reloaded);
    expect(done.plan.operations).toContainEqual(
      expect.objectContaining({ kind: 'container.reload', cause: 'nginx.conf, probe.conf changed', effect: 'reload' }),
    );
    expect(done.plan.diffs[0]?.diff).toMatch(/^\+.*rate=50r\/s/m);
  });

  it('and bites with the new rate and status', async () => {
    await changeGateway({ rateLimit: { requestsPerSecond: 1, burst: 0, status: 429 } });
    const answers = await Promise.all([project.predict(), project.predict(), project.predict()]);
    expect(answers.map(({ status }) => status)).toContain(429);
    await changeGateway({ rateLimit: false });
  });

  it("a template of one's own is a reload", async () => {
    const folder = join(project.folder, 'templates/nginx');
    const original = await readFile(join(inject('packageFolder'), 'templates/nginx/nginx.conf.eta'), 'utf8');
    await mkdir(folder, { recursive: true });
    const own = original.replace(
      'add_header X-Request-Id',
      'add_header X-Shop open always;\n        add_header X-Request-Id',
    );
    await writeFile(join(folder, 'nginx.conf.eta'), own);
    const done = await change({ templates: 'templates' });
    expectUnnoticed(done);
    expect(done.happened).toEqual(reloaded);
    expect((await project.predict()).headers['x-shop']).toBe('open');
  });

  it('a host gets into a new certificate of the same CA', async () => {
    const ca = await project.file('.fortress/secrets/ca.crt');
    const { certificate: old } = await project.predict();
    const done = await changeGateway({ hosts: ['localhost', '127.0.0.1', 'shop.example.org'] });
    expectUnnoticed(done);
    expect(done.happened).toEqual(reloaded);
    expect(done.plan.credentials).toMatchObject([{ subject: 'certificate' }]);
    const { certificate, status } = await project.predict();
    expect(status).toBe(200);
    expect(certificate?.fingerprint).not.toBe(old?.fingerprint);
    expect(certificate?.names).toContain('DNS:shop.example.org');
    expect(await project.file('.fortress/secrets/ca.crt')).toBe(ca);
  });

  it('a new user gets in, a removed one does not any more', async () => {
    const added = await changeGateway({ users: ['admin', { name: 'bob', password: 'a b:c"ü' }] });
    expectUnnoticed(added);
    expect(added.happened).toEqual(reloaded);
    expect(added.plan.credentials).toEqual([{ subject: 'htpasswd', action: 'add', detail: 'user bob' }]);
    const bob = { login: 'bob:a b:c"ü' };
    expect((await project.predict(bob)).status).toBe(200);

    const removed = await changeGateway({ users: ['admin'] });
    expectUnnoticed(removed);
    expect(removed.happened).toEqual(reloaded);
    expect((await project.predict(bob)).status).toBe(401);
    expect((await project.predict()).status).toBe(200);
  });

  it('a published port makes a new gateway, and only that', async () => {
    const old = project.ports.http;
    project.ports.http = await freePort();
    const done = await changeGateway({ httpPort: project.ports.http });
    expect(done.happened).toEqual(done.promised);
    expect(touched(done)).toEqual([named('gateway-2')]);
    expect(done.after.containers.map(({ name }) => name)).not.toContain(named('gateway-1'));
    const answer = await ask({ protocol: 'http', port: project.ports.http, path: '/' });
    expect(answer.status).toBe(308);
    await expect(ask({ protocol: 'http', port: old, path: '/' })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the APIs', () => {
  it('memory of v2 replaces v2 and nothing else', async () => {
    const done = await change({ apis: { v1: { replicas: 2 }, v2: { debug: true, memory: '300m' } } });
    expectUnnoticed(done);
    expect(touched(done)).toEqual([named('api-v2-2')]);
    expect(done.plan.operations.map(({ cause }) => cause)).toContain('memory 512 MiB → 300 MiB');
    expect((await project.predict({ group: 'debug' })).headers['x-instance-id']).toBe('api-v2-2');
  });

  it('another model in the same file replaces all replicas, one by one started before the old ones go', async () => {
    await writeFile(join(project.folder, 'moods.csv'), sampleCsv(300));
    await project.ok('train', '--data', 'moods.csv', '--out', 'model');
    const done = await change({});
    expectUnnoticed(done);
    expect(done.plan.operations.map(({ cause }) => cause)).toContain('model.onnx changed, model.json changed');
    expect(done.plan.operations.map(({ effect }) => effect)).toContain('rolling');
    expect(touched(done)).toEqual([named('api-v1-3'), named('api-v1-4'), named('api-v2-1')]);
    const { body } = await project.predict({ group: 'debug', sentence: 'that film was awful, I could cry' });
    expect(JSON.parse(body)).toMatchObject({
      'prediction value': 'sad',
      prediction_proba_dict: { calm: expect.any(Number) as number, glad: expect.any(Number) as number },
    });
    expect(await instancesThatAnswer()).toEqual(['api-v1-3', 'api-v1-4']);
  });
});

describe('monitoring', () => {
  it('retention makes a new Prometheus with the old data', async () => {
    const { exporter, prometheus } = project.ports;
    const before = await firstSample();
    const done = await change({
      monitoring: { exporterPort: exporter, prometheusPort: prometheus, grafana: false, retention: '7d' },
    });
    expectUnnoticed(done);
    expect(touched(done)).toEqual([named('prometheus-2')]);
    expect(done.after.volumes).toEqual(done.before.volumes);
    expect(await firstSample()).toBe(before);
  });

  it('none takes its containers away and keeps the data', async () => {
    const done = await change({ monitoring: false });
    expectUnnoticed(done);
    expect(done.after.containers.map(({ name }) => name)).toEqual(
      ['api-v1-3', 'api-v1-4', 'api-v2-1', 'gateway-2'].map(named),
    );
    expect(done.after.volumes).toEqual([named('prometheus-data')]);
  });
});

/** When Prometheus first saw itself, in seconds since 1970. */
async function firstSample(): Promise<string> {
  const query = encodeURIComponent('min_over_time(timestamp(up{job="prometheus"})[1h:1s])');
  for (;;) {
    const path = `/api/v1/query?query=${query}`;
    const { body } = await ask({ protocol: 'http', port: project.ports.prometheus, path });
    const { data } = JSON.parse(body) as { data?: { result: { value: [number, string] }[] } };
    const value = data?.result[0]?.value[1];
    if (value !== undefined) return value;
    await sleep(200);
  }
}
