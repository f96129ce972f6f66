import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { issueCa } from '../../../../src/credentials/issue.js';
import type { Prepared } from '../../../../src/grade/live/deployment.js';
import type { ToolResult } from '../../../../src/grade/live/run-tool.js';
import { start } from '../../../../src/grade/live/start.js';
import { findProject } from '../../../../src/grade/project.js';
import type { Profile } from '../../../../src/verify/profile.js';
import { withSubmission } from '../submission.js';
import { failure, fakeTool, OK } from './fake-tool.js';

const RESOLVED = 'name: p\nservices: { nginx: { image: "nginx:1", container_name: gw, ports: ["443:443"] } }';
const SUBMISSION = {
  'docker-compose.yml': 'services: { nginx: { image: "nginx:1", ports: ["443:443"] } }',
  '.env': 'X=1',
};

interface Circumstances {
  files?: Record<string, string>;
  profile?: Profile;
  /** What containers do with the submission as soon as they run. */
  onUp?(root: string): Promise<void>;
}

/** Starts a submission with a compose that answers as given; says what came of it and what was called. */
async function startWith(
  answers: Record<string, ToolResult>,
  flags: Record<string, string> = {},
  { files = SUBMISSION, profile = {}, onUp = async () => {} }: Circumstances = {},
) {
  let root = '';
  const { run, calls } = fakeTool({ config: { ...OK, stdout: RESOLVED }, ...answers }, async (command) => {
    if (command.includes('up')) await onUp(root);
  });
  const work = await mkdtemp(join(tmpdir(), 'fortress-work-'));
  const kept: Prepared[] = [];
  try {
    const { rows, target } = await withSubmission(files, async (folder) => {
      root = folder;
      return start(
        await findProject(folder),
        {
          run,
          tool: { command: ['compose'], version: '2', defaultImage: (project, service) => `${project}-${service}` },
          work,
          signal: AbortSignal.timeout(20_000),
          note: () => {},
          flags,
          profile,
          timeout: 0,
        },
        (prepared) => kept.push(prepared),
      );
    });
    const read = (name: string) => readFile(join(work, name), 'utf8').catch(() => null);
    const [started, submitted, ca] = await Promise.all(['compose.yaml', 'submitted.yaml', 'ca.pem'].map(read));
    const verdicts = rows.map(({ id, verdict }) => `${id} ${verdict}`);
    return {
      verdicts,
      rows,
      target,
      started,
      submitted,
      ca,
      work,
      kept,
      calls,
      words: calls.map(({ command }) => wordOf(command)),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const wordOf = (command: readonly string[]): string =>
  command.find((word) => ['config', 'build', 'up', 'logs', 'down'].includes(word)) ?? '';

it('starts what was resolved and judged, under a name of its own', async () => {
  const { started, kept, calls, words } = await startWith({});
  expect(words.slice(0, 3)).toEqual(['config', 'build', 'up']);
  expect(started).not.toContain('container_name');
  const project = kept[0]?.project ?? '';
  expect(project).toMatch(/^fortress-grade-[0-9a-f]{6}$/);
  for (const { command } of calls) expect(command).toContain(project);
  const up = calls.find(({ command }) => command.includes('up'))?.command ?? [];
  expect(up[up.indexOf('--file') + 1]).toMatch(/compose\.yaml$/);
  await kept[0]?.down();
  expect(calls.at(-1)?.command).toEqual(expect.arrayContaining(['down', '--volumes', '--rmi', 'local']));
});

it('has compose read what was judged, and nothing that is read in another way', async () => {
  const files = { 'docker-compose.yml': 'x-a: &a { mode: 0444 }\nservices: { nginx: { <<: *a, image: on } }' };
  const { submitted, calls } = await startWith({}, {}, { files });
  expect(JSON.parse(submitted ?? '')).toEqual({
    'x-a': { mode: 292 },
    services: { nginx: { mode: 292, image: 'on' } },
  });
  const config = calls.find(({ command }) => command.includes('config'))?.command ?? [];
  expect(config[config.indexOf('--file') + 1]).toMatch(/submitted\.yaml$/);
});

it('starts nothing that mounts by a link that leads out', async () => {
  const onConfig = { files: { ...SUBMISSION, 'data/x': '' } };
  const stdout = 'services: { a: { image: x, volumes: [{ type: bind, source: ./link, target: /x }] } }';
  const linked = await withSubmission(onConfig.files, async (folder) => {
    await symlink('/', join(folder, 'link'));
    const work = await mkdtemp(join(tmpdir(), 'fortress-work-'));
    const { run, calls } = fakeTool({ config: { ...OK, stdout } });
    const tool = { command: ['compose'], version: '2', defaultImage: () => 'x' };
    const options = { run, tool, work, signal: AbortSignal.timeout(20_000), note: () => {} };
    const started = await start(
      await findProject(folder),
      { ...options, flags: {}, profile: {}, timeout: 0 },
      () => {},
    );
    await rm(work, { recursive: true });
    return { rows: started.rows, calls: calls.map(({ command }) => wordOf(command)) };
  });
  expect(linked.rows[0]?.expectations[0]?.found).toContain('services.a.volumes: "./link"');
  expect(linked.calls).toEqual(['config']);
});

it('reads no .env but what the file names', async () => {
  const { calls } = await startWith({});
  const config = calls.find(({ command }) => command.includes('config'));
  expect(config?.env).toEqual({
    COMPOSE_EXPERIMENTAL_GIT_REMOTE: 'false',
    COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'false',
    GIT_ALLOW_PROTOCOL: 'none',
    PWD: expect.any(String) as string,
  });
  expect(config?.command.join(' ')).toMatch(/--env-file \S+no\.env/);
});

it('starts nothing that reaches the host once it is resolved', async () => {
  const stdout = 'services: { a: { image: x, volumes: [{ type: bind, source: /etc, target: /x }] } }';
  const { verdicts, words, kept, target, rows } = await startWith({ config: { ...OK, stdout } });
  expect(verdicts).toEqual(['start.builds fail', 'start.runs skip', 'start.answers skip']);
  expect(rows[0]?.expectations[0]?.found).toContain('services.a.volumes');
  expect([words, kept, target]).toEqual([['config'], [], null]);
});

it('fails what compose does not accept', async () => {
  const { verdicts, kept, rows } = await startWith({ config: failure('line 1\n\u001b[31mservices.a must be') });
  expect(verdicts).toEqual(['start.builds fail', 'start.runs skip', 'start.answers skip']);
  expect(Object.values(rows[0]?.facts ?? {})).toEqual(['line 1', '�[31mservices.a must be']);
  expect(kept).toEqual([]);
});

it('fails what does not build or start, and keeps it for removal', async () => {
  const unbuilt = await startWith({ build: failure('no such image') });
  expect(unbuilt.verdicts).toEqual(['start.builds fail', 'start.runs skip', 'start.answers skip']);
  expect(unbuilt.kept).toHaveLength(1);
  const stopped = await startWith({ up: failure('unhealthy'), logs: { ...OK, output: 'why it stopped' } });
  expect(stopped.verdicts).toEqual(['start.builds pass', 'start.runs fail', 'start.answers skip']);
  expect(Object.values(stopped.rows[1]?.facts ?? {})).toEqual(['unhealthy', 'why it stopped']);
});

it('says what was made for it, as its Makefile would have', async () => {
  const files = {
    ...SUBMISSION,
    Makefile: 'gen-certs:\n\topenssl req -x509\n',
    'nginx.conf': 'ssl_certificate certs/a.crt; ssl_certificate_key certs/a.key;',
  };
  const { rows, ca } = await startWith({}, {}, { files });
  expect(rows.find(({ id }) => id === 'start.runs')?.facts).toEqual({
    'made for it, as its Makefile makes them': 'deployments/nginx/certs/a.crt, deployments/nginx/certs/a.key',
  });
  expect(ca).toContain('BEGIN CERTIFICATE');
});

it('does not blame the submission for a port that is taken', async () => {
  const { verdicts, rows } = await startWith({
    up: failure('x\nBind for 0.0.0.0:443 failed: port is already allocated\n'),
  });
  expect(verdicts).toEqual(['start.builds pass', 'start.runs inconclusive', 'start.answers skip']);
  expect(rows[1]?.summary).toContain('0.0.0.0:443');
});

it('fails what publishes no port for HTTPS, unless it is told', async () => {
  const stdout = 'services: { a: { image: x, ports: ["80:80"] } }';
  const { verdicts, rows } = await startWith({ config: { ...OK, stdout } });
  expect(verdicts.at(-1)).toBe('start.answers fail');
  expect(rows.at(-1)?.hint).toContain('--url');
});

/** A gateway that takes one account and one field; the paths and bodies that it was asked with. */
async function withGateway<T>(use: (url: string, asked: string[]) => Promise<T>): Promise<T> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      asked.push(`${request.headers.authorization} ${request.url} ${body}`);
      response.writeHead(request.headers.authorization === 'Basic YTpi' ? 200 : 401).end();
    });
  }).listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked);
  } finally {
    server.close();
  }
}

it('asks where and as whom it was told to, and hands that on', async () => {
  await withGateway(async (url) => {
    const right = await startWith({}, { url, user: 'a:b', rate: '5' });
    expect(right.verdicts.at(-1)).toBe('start.answers pass');
    expect(right.target).toEqual({ url, user: 'a:b', rate: '5', composeProject: right.kept[0]?.project });
    const wrong = await startWith({}, { url });
    expect(wrong.verdicts.at(-1)).toBe('start.answers inconclusive');
    expect(wrong.rows.at(-1)?.hint).toContain('--user');
  });
});

it('asks as a profile says', async () => {
  await withGateway(async (url, asked) => {
    const profile = { url, predictPath: '/v1', requestField: 'text', ca: '/own.pem' };
    const { target } = await startWith({}, { user: 'a:b' }, { profile });
    expect(asked).toEqual([expect.stringMatching(/^Basic YTpi \/v1 \{"text":/)]);
    expect(target).toMatchObject({ url, user: 'a:b' });
    expect(target).not.toHaveProperty('ca');
  });
});

it('has read what it needs before containers run, and may put links in its place', async () => {
  const { certificate } = await issueCa('exam', 'ecdsa-p256', new Date());
  const files = { ...SUBMISSION, 'README.md': 'curl -u a:b', 'ca.crt': certificate };
  await withGateway(async (url, asked) => {
    const { target, ca, work } = await startWith(
      {},
      { url },
      {
        files,
        onUp: async (root) => {
          for (const name of ['README.md', 'ca.crt']) {
            await rm(join(root, name));
            await symlink('/etc/hostname', join(root, name));
          }
        },
      },
    );
    expect(target).toMatchObject({ user: 'a:b', ca: join(work, 'ca.pem') });
    expect(ca).toBe(certificate);
    expect(asked).toHaveLength(2);
  });
});
