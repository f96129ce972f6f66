import dns from 'node:dns/promises';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { declareTarget, type ExternalFlags } from '../../../src/verify/declare-target.js';
import { CHECKS } from '../../../src/verify/checks/index.js';
import { isLocal } from '../../../src/verify/own-address.js';
import { readExternal } from '../../../src/verify/read-external.js';
import { runChecks } from '../../../src/verify/run-checks.js';
import { openTarget, type TargetSpec } from '../../../src/verify/target.js';
import { makeIdentity } from './support/certificates.js';
import { startGateway, type FakeGateway } from './support/fake-gateway.js';
import { listen } from './support/listen.js';

let gateway: FakeGateway;

beforeAll(async () => {
  vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock');
  gateway = await startGateway(await makeIdentity());
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await gateway.close();
});

const NONE = { gateway: undefined, grafana: undefined };

async function specOf(flags: ExternalFlags = {}): Promise<TargetSpec> {
  const { https, http, user, password } = gateway.spec;
  const declared = declareTarget({ url: https, http, user: `${user}:${password}`, ...flags }, {}, NONE);
  return (await readExternal(declared)).spec;
}

describe('readExternal', () => {
  it('says what it does not know without an engine', async () => {
    const { deployment, omitted } = await specOf();
    expect(deployment).toHaveProperty('unknown');
    expect(Object.keys(omitted).toSorted()).toEqual(['exporter', 'grafana', 'prometheus']);
  });

  it('does not take what runs here for a host elsewhere', async () => {
    const { deployment } = await specOf({ url: 'https://192.0.2.1' });
    expect(deployment).toEqual({ unknown: expect.stringContaining('192.0.2.1 is another machine') as string });
  });

  it('takes a name that leads to this machine for this machine', async () => {
    const lookup = vi
      .spyOn(dns, 'lookup')
      .mockImplementation((async () => ({ address: '127.0.0.1', family: 4 })) as never);
    const spec = await specOf({ url: 'https://mlops.test:1' });
    lookup.mockRestore();
    expect(spec.deployment).not.toHaveProperty('unknown', expect.stringContaining('another machine'));
    expect([spec.resolved, isLocal(spec)]).toEqual(['127.0.0.1', true]);
  });

  it('asks Prometheus how often it scrapes, and believes what was said', async () => {
    const activeTargets = [
      { scrapeInterval: '5s', labels: { job: 'nginx' } },
      { scrapeInterval: '1h', labels: { job: 'backup' } },
    ];
    const prometheus = await listen(
      createServer((_, response) => void response.end(JSON.stringify({ data: { activeTargets } }))),
    );
    const url = `http://127.0.0.1:${prometheus.port}`;
    expect((await specOf({ prometheus: url })).prometheus).toMatchObject({ url, scrapeIntervalSeconds: 5 });
    await prometheus.close();
    expect((await specOf({ prometheus: url })).prometheus).toMatchObject({ url, scrapeIntervalSeconds: 15 });
  });

  it("tries the exam's account on a Grafana, and leaves out one that refuses it", async () => {
    const asked: (string | undefined)[] = [];
    const grafana = await listen(
      createServer((request, response) => {
        asked.push(request.headers.authorization);
        response.writeHead(401).end();
      }),
    );
    const url = `http://127.0.0.1:${grafana.port}`;
    const open = await specOf({ grafana: url });
    expect(asked).toEqual([`Basic ${Buffer.from('admin:admin').toString('base64')}`]);
    expect(open).toMatchObject({
      grafana: null,
      omitted: { grafana: `no --grafana-user was given, and ${url} does not take the exam's (401)` },
    });
    const told = await specOf({ grafana: url, grafanaUser: 'viewer:gpw' });
    expect(told.grafana).toEqual({ url, user: 'viewer', password: 'gpw' });
    expect(asked).toHaveLength(1);
    await grafana.close();
  });
});

/** What a deployment that is as it should be gets, of which only these things are told. */
async function verdicts(flags: ExternalFlags): Promise<Record<string, string>> {
  const target = openTarget(await specOf(flags), { pace: 1, patience: 100 });
  const checks = CHECKS.filter(({ kind }) => kind !== 'flood');
  try {
    const { results } = await runChecks(target, checks);
    return Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]));
  } finally {
    await target.close();
  }
}

describe('a deployment of which only its URL and its user are told', () => {
  it('passes nothing that nobody could know', async () => {
    const found = await verdicts({});
    expect(found).toMatchObject({
      'proxy.predict': 'pass',
      'auth.required': 'pass',
      'ab.debug': 'pass',
      'http.redirect': 'pass',
      'tls.trust': 'inconclusive',
      'exporter.live': 'skip',
      'prometheus.live': 'skip',
      'metrics.flow': 'skip',
      'metrics.replicas': 'skip',
      'grafana.live': 'skip',
    });
    expect(Object.values(found)).not.toContain('fail');
  });
});
