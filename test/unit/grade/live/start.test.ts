import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Prepared } from '../../../../src/grade/live/deployment.js';
import type { ToolResult } from '../../../../src/grade/live/run-tool.js';
import { start } from '../../../../src/grade/live/start.js';
import { findProject } from '../../../../src/grade/project.js';
import { withSubmission } from '../submission.js';
import { failure, fakeTool, OK } from './fake-tool.js';

const RESOLVED = 'name: p\nservices: { nginx: { image: "nginx:1", container_name: gw, ports: ["443:443"] } }';
const SUBMISSION = {
  'docker-compose.yml': 'services: { nginx: { image: "nginx:1", ports: ["443:443"] } }',
  '.env': 'X=1',
};

/** Starts a submission with a compose that answers as given; says what came of it and what was called. */
async function startWith(answers: Record<string, ToolResult>, flags: Record<string, string> = {}, files = SUBMISSION) {
  const { run, calls } = fakeTool({ config: { ...OK, stdout: RESOLVED }, ...answers });
  const work = await mkdtemp(join(tmpdir(), 'fortress-work-'));
  const kept: Prepared[] = [];
  try {
    const { rows, target } = await withSubmission(files, async (folder) =>
      start(
        await findProject(folder),
        {
          run,
          tool: { command: ['compose'], version: '2', defaultImage: (project, service) => `${project}-${service}` },
          work,
          signal: AbortSignal.timeout(20_000),
          note: () => {},
          flags,
          timeout: 0,
        },
        (prepared) => kept.push(prepared),
      ),
    );
    const started = await readFile(join(work, 'compose.yaml'), 'utf8').catch(() => null);
    const verdicts = rows.map(({ id, verdict }) => `${id} ${verdict}`);
    return { verdicts, rows, target, started, kept, calls, words: calls.map(({ command }) => wordOf(command)) };
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

it('asks where and as whom it was told to, and hands that on', async () => {
  const server = createServer(({ headers }, response) => {
    response.writeHead(headers.authorization === 'Basic YTpi' ? 200 : 401).end();
  }).listen(0, '127.0.0.1');
  const url = await new Promise<string>((resolve) =>
    server.once('listening', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
  try {
    const right = await startWith({}, { url, user: 'a:b', rate: '5' });
    expect(right.verdicts.at(-1)).toBe('start.answers pass');
    expect(right.target).toEqual({ url, user: 'a:b', rate: '5', composeProject: right.kept[0]?.project });
    const wrong = await startWith({}, { url });
    expect(wrong.verdicts.at(-1)).toBe('start.answers inconclusive');
    expect(wrong.rows.at(-1)?.hint).toContain('--user');
  } finally {
    server.close();
  }
});
