import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import { PROBE_HEADER, probeToken } from '../../src/probe/token.js';
import { clientAddresses } from '../../src/verify/named-client.js';
import type { VerifyReport } from '../../src/verify/run-checks.js';
import { docker } from '../support/engine.js';
import { useProject } from '../support/project.js';

// A stack whose second API gets a share of the clients; the rate limit is on, as it is for people.
const project = useProject();
const CLIENTS = clientAddresses(60);

const weighted = (weight: number, more: FortressConfig = {}): FortressConfig => ({
  gateway: { rateLimit: { requestsPerSecond: 10, burst: 5, status: 429 } },
  apis: { v1: { replicas: 2 }, v2: { debug: true } },
  routes: [{ header: 'X-Experiment-Group', value: 'debug', to: 'v2' }, { weight, to: 'v2' }, { to: 'v1' }],
  ...more,
});

async function upWith(config: FortressConfig): Promise<void> {
  await project.configure(config);
  await project.ok('up');
}

/** The API of a request, by its own word. */
async function apiFor(headers: Record<string, string>): Promise<string> {
  const { status, headers: answered } = await project.ask({
    method: 'POST',
    path: '/predict',
    login: await project.login(),
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ sentence: 'what a day' }),
  });
  return `${status} ${answered['x-api-version']?.toString() ?? ''}`;
}

/** The API of each client, by its address. */
async function apis(): Promise<Map<string, string>> {
  const token = probeToken(await project.file('.fortress/secrets/hash.key'));
  const found = new Map<string, string>();
  for (const client of CLIENTS) found.set(client, await apiFor({ [PROBE_HEADER]: token, 'X-Fortress-Client': client }));
  return found;
}

const canariesOf = (found: Map<string, string>): string[] =>
  [...found].filter(([, api]) => api === '200 v2').map(([client]) => client);

const verify = (only: string): Promise<VerifyReport> => project.json('verify', '--only', only);
const verdicts = ({ results }: VerifyReport): string[] => results.map(({ id, verdict }) => `${id} ${verdict}`);

describe('a weight of 30', () => {
  let before: Map<string, string>;

  beforeAll(async () => {
    await upWith(weighted(30));
    before = await apis();
  });

  it('is kept, and all that holds without one holds with it', async () => {
    const report = await verify('ab,lb,proxy');
    expect.soft(report.results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(verdicts(report)).toEqual([
      'proxy.predict pass',
      'lb.replicas pass',
      'lb.spread pass',
      'ab.default pass',
      'ab.debug pass',
      'ab.only pass',
      'ab.weight pass',
    ]);
    expect(report.results.at(-1)?.facts?.['this machine is seen as']).toMatch(/^[\d.]+$/);
    expect(JSON.stringify(report)).not.toContain(probeToken(await project.file('.fortress/secrets/hash.key')));
  });

  it('leads some clients to v2 and others to v1, and everybody with the header to v2', async () => {
    expect(new Set(before.values())).toEqual(new Set(['200 v1', '200 v2']));
    expect(await apiFor({ 'X-Experiment-Group': 'debug' })).toBe('200 v2');
  });

  it('cannot be dodged by naming a client without the secret', async () => {
    const own = await apiFor({});
    const other = [...before].find(([, api]) => api !== own)?.[0] ?? '';
    expect(await apiFor({ 'X-Fortress-Client': other, [PROBE_HEADER]: 'guessed' })).toBe(own);
  });

  it('gives each client the same API after a restart of the gateway, and with other replicas', async () => {
    await docker.getContainer(`${project.name}-gateway-1`).restart();
    await project.ok('up');
    expect(await apis()).toEqual(before);
    await upWith(weighted(30, { apis: { v1: { replicas: 3 }, v2: { debug: true, replicas: 2 } } }));
    expect(await apis()).toEqual(before);
  });
});

describe('a weight of 99, which leads nearly everybody away from the default', () => {
  it('keeps all canaries that a smaller one had, and is kept itself', async () => {
    const few = canariesOf(await apis());
    await upWith(weighted(99));
    const many = canariesOf(await apis());
    expect(many).toEqual(expect.arrayContaining(few));
    expect(many.length).toBeGreaterThan(few.length);
    const report = await verify('ab,lb,proxy');
    expect(report.results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });
});

/** The built-in template with something else in it. */
async function replaceInTemplate(text: string, replacement: string): Promise<void> {
  const template = 'templates/nginx/nginx.conf.eta';
  await cp(join(inject('packageFolder'), 'templates'), join(project.folder, 'templates'), { recursive: true });
  const original = await readFile(join(inject('packageFolder'), template), 'utf8');
  expect(original).toContain(text);
  await writeFile(join(project.folder, template), original.replace(text, replacement));
  await upWith(weighted(30, { templates: 'templates' }));
}

describe('a template of one’s own', () => {
  it.each([
    ['with another share', '`${share.percent}%`', '`${share.percent + 20}%`', /^v2: 30 % of 400 clients/],
    [
      'that draws an API for every request',
      "split_clients <%= it.managed ? '$split_client' : '$remote_addr' %>",
      'split_clients $request_id',
      /^every client gets the same API twice/,
    ],
  ])('%s is found out', async (_, text, replacement, expected) => {
    await replaceInTemplate(text, replacement);
    const report = await verify('ab.weight');
    expect(report.exitCode).toBe(1);
    expect(verdicts(report)).toEqual(['ab.weight fail']);
    const unmet = report.results.flatMap(({ expectations }) => expectations.filter(({ ok }) => !ok));
    expect(unmet.map((one) => one.expected)).toContainEqual(expect.stringMatching(expected));
  });
});
