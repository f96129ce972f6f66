import { execFile } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { examineDeliverables } from '../../../../src/grade/deliverables/examine.js';
import { DELIVERABLES } from '../../../../src/grade/deliverables/index.js';
import { isPinned } from '../../../../src/grade/deliverables/images-pinned.js';
import { targetsOf } from '../../../../src/grade/deliverables/makefile-targets.js';
import { findProject } from '../../../../src/grade/project.js';
import { packageRoot } from '../../../../src/package-root.js';
import type { CheckReport } from '../../../../src/verify/run-checks.js';
import { GOOD, KEY, withSubmission } from '../submission.js';

const SIGNAL = AbortSignal.timeout(60_000);

const examine = (files: Record<string, string>): Promise<CheckReport[]> =>
  withSubmission(files, async (folder) => examineDeliverables(await findProject(folder), SIGNAL));

/** The one row, and what it holds against the submission. */
async function row(id: string, files: Record<string, string>) {
  const report = (await examine(files)).find((each) => each.id === id);
  const against = report?.expectations.filter(({ ok }) => !ok).map(({ expected, found }) => `${expected}: ${found}`);
  return { verdict: report?.verdict, against };
}

const without = (...names: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(GOOD).filter(([name]) => !names.some((prefix) => name.startsWith(prefix))));

const compose = (text: string): Record<string, string> => ({ ...GOOD, 'docker-compose.yml': text });

it('has nothing against a good submission', async () => {
  const rows = await examine(GOOD);
  expect(rows.map(({ id, verdict }) => [id, verdict])).toEqual(
    DELIVERABLES.filter(({ id }) => id !== 'secrets.history').map(({ id }) => [id, 'pass']),
  );
  expect(rows.every(({ objective }) => objective === 0)).toBe(true);
});

it('registers every deliverable, each with an id of its own', async () => {
  const files = await readdir(join(packageRoot(), 'src/grade/deliverables'));
  const helpers = ['deliverable.ts', 'dockerfiles.ts', 'examine.ts', 'index.ts'];
  expect(DELIVERABLES).toHaveLength(files.filter((file) => !helpers.includes(file)).length);
  expect(new Set(DELIVERABLES.map(({ id }) => id)).size).toBe(DELIVERABLES.length);
});

describe('files', () => {
  it('misses what is not there', async () => {
    expect(await row('files.present', without('deployments/prometheus', 'tests'))).toEqual({
      verdict: 'fail',
      against: ['deployments/prometheus/prometheus.yml: nothing like it', 'tests/run_tests.sh: nothing like it'],
    });
  });

  it('warns where it is elsewhere, or may be made by the Makefile', async () => {
    const files = { ...without('tests', 'model'), 'check/test_api.py': '' };
    expect(await row('files.present', files)).toEqual({
      verdict: 'warn',
      against: [expect.stringContaining('model/: not handed in'), 'tests/run_tests.sh: check/test_api.py instead'],
    });
  });

  it('does not want a certificate that the Makefile makes', async () => {
    const files = without('deployments/nginx/certs');
    expect(await row('files.present', files)).toMatchObject({ verdict: 'warn' });
    const makes = { ...files, Makefile: `${GOOD['Makefile']}gen-certs:\n\topenssl req -x509\n` };
    expect(await row('files.present', makes)).toMatchObject({ verdict: 'pass' });
  });
});

describe('Makefile', () => {
  it('needs its targets', async () => {
    const files = { ...GOOD, Makefile: 'start-project: x\nlogs:\ntest := 1\n# stop-project:\n' };
    expect(await row('makefile.targets', files)).toEqual({
      verdict: 'fail',
      against: ['target stop-project: missing', 'target test: missing'],
    });
  });

  it('has to be there', async () => {
    expect(await row('makefile.targets', without('Makefile'))).toMatchObject({ verdict: 'fail' });
  });

  it('is read as make does', () => {
    const text = 'A = x:y\nB := 1\n.PHONY: c\nd e: f\n\tg: h\ni:: j\nk \\\n l:\n%.o: %.c\n';
    expect([...targetsOf(text)]).toEqual(['d', 'e', 'i', 'k', 'l', '%.o']);
  });
});

describe('private keys', () => {
  it('fail, but warn where the exam wants them', async () => {
    expect(await row('secrets.files', { ...GOOD, 'deployments/nginx/certs/nginx.key': KEY })).toMatchObject({
      verdict: 'warn',
    });
    expect(await row('secrets.files', { ...GOOD, 'src/notes.txt': KEY })).toEqual({
      verdict: 'fail',
      against: ['no private key: src/notes.txt'],
    });
  });

  it('are found in the history, whatever the configuration of the repository says', async () => {
    const git = promisify(execFile);
    await withSubmission(
      { ...GOOD, 'secret.key': `${KEY}\n`, 'deployments/nginx/certs/nginx.key': KEY },
      async (folder) => {
        const run = (...parameters: string[]) =>
          git('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...parameters], { cwd: folder });
        await run('init', '-q');
        await run('add', '-A');
        await run('commit', '-qm', 'one');
        await run('rm', '-q', 'secret.key', 'deployments/nginx/certs/nginx.key');
        await run('commit', '-qm', 'two');
        const marker = join(folder, 'executed');
        await writeFile(
          join(folder, '.git/config'),
          `[core]\n\trepositoryformatversion = 99\n\tfsmonitor = "touch ${marker}"\n\tpager = "touch ${marker}"\n`,
        );
        const rows = await examineDeliverables(await findProject(folder), SIGNAL);
        expect(rows.find(({ id }) => id === 'secrets.history')).toMatchObject({
          verdict: 'fail',
          summary: 'deployments/nginx/certs/nginx.key, secret.key',
        });
        expect(rows.find(({ id }) => id === 'secrets.files')).toMatchObject({ verdict: 'pass' });
        expect(await readdir(folder)).not.toContain('executed');
        await rm(join(folder, '.git/objects'), { recursive: true });
        const broken = await examineDeliverables(await findProject(folder), SIGNAL);
        expect(broken.find(({ id }) => id === 'secrets.history')).toMatchObject({
          verdict: 'skip',
          summary: expect.stringMatching(/^git cannot read the repository: \S/) as string,
        });
      },
    );
  });
});

const git = (folder: string, ...parameters: string[]) =>
  promisify(execFile)('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...parameters], { cwd: folder });

const historyOf = async (folder: string, signal = SIGNAL): Promise<CheckReport | undefined> =>
  (await examineDeliverables(await findProject(folder), signal)).find(({ id }) => id === 'secrets.history');

describe('the history of git', { timeout: 60_000 }, () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is not claimed to be clean when not all of it was looked at', async () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`keys/${n}.key`, `${n}`]));
    await withSubmission({ ...GOOD, ...many }, async (folder) => {
      await git(folder, 'init', '-q');
      await git(folder, 'add', '-A');
      await git(folder, 'commit', '-qm', 'one');
      expect(await historyOf(folder)).toMatchObject({
        verdict: 'inconclusive',
        summary: 'no private key in 200 of 201 suspicious files; the others were not looked at',
      });
    });
  });

  it('is skipped where there is no git', async () => {
    await withSubmission({ ...GOOD, '.git/HEAD': 'x' }, async (folder) => {
      vi.stubEnv('PATH', '/nowhere');
      expect(await historyOf(folder)).toMatchObject({ verdict: 'skip', summary: 'git is not installed here' });
    });
  });

  it('is left alone after Ctrl-C', async () => {
    await withSubmission({ ...GOOD, '.git/HEAD': 'x' }, async (folder) => {
      const controller = new AbortController();
      controller.abort(new DOMException('interrupted', 'AbortError'));
      await expect(historyOf(folder, controller.signal)).rejects.toThrow('interrupted');
    });
  });
});

describe('images', () => {
  it.each([
    ['nginx', false],
    ['nginx:latest', false],
    ['localhost:5000/nginx', false],
    ['nginx:1.29', true],
    ['localhost:5000/nginx:1', true],
    [`nginx@sha256:${'0'.repeat(64)}`, true],
    ['nginx:${TAG:-1.29}', true],
    ['nginx:${TAG:-latest}', false],
  ])('%s is pinned: %s', (image, expected) => {
    expect(isPinned(image)).toBe(expected);
  });

  it('warn when they are not pinned, in compose file and Dockerfile', async () => {
    const files = {
      ...compose(`services: { a: { image: "prom/prometheus" }, b: { build: ., image: own }, c: { image: own } }`),
      Dockerfile: 'FROM python AS x\nFROM x\nUSER y\n',
    };
    expect(await row('images.pinned', files)).toEqual({
      verdict: 'warn',
      against: ['a: a version: prom/prometheus', 'Dockerfile: a version: python'],
    });
  });
});

describe('containers', () => {
  it('warn as root, unless compose or the base image say who', async () => {
    const files = {
      ...compose('services: { a: { build: a }, b: { build: a, user: "1000" }, c: { build: c }, d: { build: d } }'),
      'a/Dockerfile': 'FROM x:1\n',
      'c/Dockerfile': 'FROM nginxinc/nginx-unprivileged:1\n',
      'd/Dockerfile': 'FROM x:1\nUSER 0:0\n',
    };
    expect(await row('containers.user', files)).toEqual({
      verdict: 'warn',
      against: ['a: a user: none named', 'd: a user: 0:0'],
    });
  });

  it('warn without a health check, wherever it is written', async () => {
    const files = {
      ...compose('services: { a: { image: "x:1" }, b: { build: b }, c: { build: b, healthcheck: { disable: true } } }'),
      'b/Dockerfile': 'FROM x:1\nHEALTHCHECK CMD x\n',
    };
    expect(await row('containers.health', files)).toEqual({
      verdict: 'warn',
      against: ['a: a health check: none', 'c: a health check: none'],
    });
  });

  it('warn when nothing waits for health', async () => {
    const text =
      'services: { a: { image: "x:1", depends_on: [b] }, b: { image: "x:1", depends_on: { c: { condition: service_started } } } }';
    expect(await row('compose.order', compose(text))).toEqual({
      verdict: 'warn',
      against: ['a waits until b is healthy: no condition', 'b waits until c is healthy: service_started'],
    });
    expect(await row('compose.order', compose('services: { a: { image: "x:1" } }'))).toMatchObject({ verdict: 'warn' });
  });

  it('fail when they reach the host', async () => {
    expect(await row('compose.inside', compose('services: { a: { image: "x:1", privileged: true } }'))).toEqual({
      verdict: 'fail',
      against: [expect.stringContaining('services.a.privileged')],
    });
  });
});

describe('README', () => {
  it('warns when it says little', async () => {
    expect(await row('readme.useful', { ...GOOD, 'README.md': 'my exam' })).toMatchObject({
      verdict: 'warn',
      against: [expect.any(String), expect.any(String), expect.any(String)],
    });
    expect(await row('readme.useful', without('README.md'))).toMatchObject({ verdict: 'fail' });
  });
});

it('keeps names from steering a terminal', async () => {
  const rows = await examine({ ...GOOD, 'src/\u009b31m.key': KEY });
  expect(JSON.stringify(rows)).not.toContain('\u009b');
});
