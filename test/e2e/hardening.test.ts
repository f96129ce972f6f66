import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { docker, inspect } from '../support/engine.js';
import { useProject } from '../support/project.js';

// What somebody who took a container over could do with it, asked from inside; and that verify would notice.
const project = useProject();
const named = (name: string): string => `${project.name}-${name}`;

beforeAll(async () => {
  const { ports } = project;
  await project.configure({
    apis: { v1: { replicas: 1 }, v2: { debug: true } },
    monitoring: { exporterPort: ports.exporter, prometheusPort: ports.prometheus, grafana: false },
  });
  await project.ok('up');
});

/** Services whose images have a program that reads a file. */
const READERS: [service: string, ...command: string[]][] = [
  ['gateway', 'cat', '/proc/1/status'],
  ['prometheus', 'cat', '/proc/1/status'],
  ['api-v1', 'node', '-p', "require('fs').readFileSync('/proc/1/status', 'utf8')"],
];

const inside = async (service: string, ...command: string[]): Promise<string> =>
  (await project.fortress('exec', service, ...command)).output;

/** A program of an API, as one that got in would run it. */
const inApi = (program: string): Promise<string> => inside('api-v1', 'node', '-e', program);

describe('as the kernel has it', () => {
  it.each(READERS)(
    '%s is nobody, has no capability, can gain none, and may not make every system call',
    async (service, ...command) => {
      const status = await inside(service, ...command);
      const valueOf = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
      expect(Number(valueOf('Uid'))).toBeGreaterThan(0);
      const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];
      expect(sets.filter((name) => !/^0+$/.test(valueOf(name)))).toEqual([]);
      expect(valueOf('NoNewPrivs')).toBe('1');
      expect(valueOf('Seccomp')).toBe('2');
    },
  );

  it('nothing of an API can be changed, and what is put into /tmp cannot be run', async () => {
    const written = await inApi(
      `const { writeFileSync: write, chmodSync } = require('fs');
       for (const path of ['/x', '/usr/bin/x', '/etc/passwd', '/etc/fortress/current/model.onnx', '/proc/sys/kernel/core_pattern'])
         try { write(path, ''); console.log('wrote', path) } catch { console.log('refused') }
       write('/tmp/x', '#!/bin/sh\\n'); chmodSync('/tmp/x', 0o755);
       console.log(require('child_process').spawnSync('/tmp/x').error?.code)`,
    );
    expect(written.trim().split('\n')).toEqual([...Array.from({ length: 5 }, () => 'refused'), 'EACCES']);
  });

  it('an API reaches nothing outside its network', async () => {
    const { Networks } = (await inspect(named('exporter-1'))).NetworkSettings;
    const outside = Networks[named('edge')]?.IPAddress ?? '';
    expect(await inside('gateway', 'wget', '-q', '-O', '-', `http://${outside}:9113/metrics`)).toContain('nginx_up');
    const reached = await inApi(
      `require('net').connect({ host: '${outside}', port: 9113, timeout: 3000 }).once('connect', () => { console.log('reached'); process.exit() })
         .once('timeout', function () { console.log('no answer'); this.destroy() }).once('error', ({ code }) => console.log(code))`,
    );
    expect(reached.trim()).toMatch(/^(?:no answer|ENETUNREACH|EHOSTUNREACH)$/);
  });

  it('an API sees no secret', async () => {
    const files = await inApi(
      `console.log(require('fs').readdirSync('/etc/fortress', { recursive: true }).join('\\n'), JSON.stringify(process.env))`,
    );
    expect(files).toContain('model.onnx');
    expect(files).not.toMatch(/htpasswd|\.key|probe|secret|password/i);
  });
});

interface Report {
  results: { id: string; verdict: string; expectations: { found: string }[] }[];
}

/** What verify says of hygiene, by check. */
async function hygiene(): Promise<Record<string, string>> {
  const { results } = await project.json<Report>('verify', '--only', 'hygiene,auth');
  return Object.fromEntries(
    results.filter(({ id }) => id.startsWith('hygiene')).map(({ id, verdict }) => [id, verdict]),
  );
}

const RIGHT = {
  'hygiene.secrets': 'pass',
  'hygiene.users': 'pass',
  'hygiene.health': 'pass',
  'hygiene.images': 'pass',
  'hygiene.restart': 'pass',
  'hygiene.privileges': 'pass',
  'hygiene.filesystem': 'pass',
  'hygiene.isolation': 'pass',
  'hygiene.limits': 'pass',
  'hygiene.network': 'pass',
  'hygiene.ports': 'pass',
};

const edge = () => docker.getNetwork(named('edge'));

describe('verify', () => {
  afterEach(() =>
    edge()
      .disconnect({ Container: named('api-v1-1') })
      .catch(() => undefined),
  );

  it('proves all of it', async () => {
    expect(await hygiene()).toEqual(RIGHT);
  });

  it('notices when somebody gives an API a way out', async () => {
    await edge().connect({ Container: named('api-v1-1') });
    expect(await hygiene()).toEqual({ ...RIGHT, 'hygiene.network': 'fail' });
  });
});

it('no secret of the project is in a report, a plan, a history or the guard’s log', async () => {
  const folder = join(project.folder, '.fortress/secrets');
  const { users } = JSON.parse(await project.file('.fortress/secrets/passwords.json')) as {
    users: Record<string, string>;
  };
  const texts = await Promise.all(
    ['htpasswd', 'gateway.key', 'ca.key', 'hash.key'].map((name) => project.file(`.fortress/secrets/${name}`)),
  );
  expect(await readdir(folder)).toHaveLength(7);
  // Lines of keys by the second: the first ones of all keys of a kind are alike.
  const secrets = [
    ...Object.values(users),
    ...texts.map((text) => text.split('\n').filter((line) => !line.startsWith('-'))[1] || text.trim()),
  ];
  await project.fortress(
    'verify',
    '--only',
    'auth,proxy',
    '--report',
    'html=v.html',
    '--report',
    'junit=v.xml',
    '--report',
    'json=v.json',
    '--report',
    'tap=v.tap',
  );
  const shown = [
    ...(await Promise.all(['v.html', 'v.xml', 'v.json', 'v.tap'].map((name) => project.file(name)))),
    ...(await Promise.all(
      [
        ['plan', '--json'],
        ['history', '--json'],
        ['guard'],
        ['doctor', '--json'],
        ['certs', 'show', '--json'],
        ['logs'],
      ].map(async (args) => (await project.fortress(...args)).output),
    )),
  ].join('\n');
  expect(shown.length).toBeGreaterThan(10_000);
  expect(secrets.filter((secret) => shown.includes(secret.slice(0, 60)))).toEqual([]);
});
