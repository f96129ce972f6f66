import { X509Certificate } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMPTY, engineState } from '../support/engine.js';
import { useProject } from '../support/project.js';

// The exam's stack from up to down, and what each command says of it, in words and as JSON.
const project = useProject('--preset', 'exam');
const CA_FILE = 'deployments/nginx/certs/nginx.crt';

beforeAll(async () => {
  const { ports, name } = project;
  await project.edit(
    [/project: '.*'/, `project: '${name}'`],
    [/gateway: \{/, `gateway: {\n    bind: '127.0.0.1',`],
    [/httpPort: 8080/, `httpPort: ${ports.http}`],
    [/httpsPort: 443/, `httpsPort: ${ports.https}`],
    [/exporterPort: 9113/, `exporterPort: ${ports.exporter}`],
    [/prometheusPort: 9090/, `prometheusPort: ${ports.prometheus}`],
    [/port: 3000/, `port: ${ports.grafana}`],
    [/replicas: 3/, 'replicas: 1'],
  );
});

const exists = (path: string): Promise<boolean> =>
  stat(join(project.folder, path)).then(
    () => true,
    () => false,
  );

describe('before the first up', () => {
  it('status says that nothing is up: exit code 1', async () => {
    const { exitCode, stdout } = await project.fortress('status');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('fortress up');
    expect(await project.json('status')).toEqual({ project: project.name, up: false, containers: [], guard: null });
  });

  it('plan shows everything, promises all of it, and makes nothing', async () => {
    const { stdout, exitCode } = await project.fortress('plan', '--exit-code');
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/5 containers to create, 2 networks to create, 1 volume to create|6 containers to create/);
    expect(await engineState(project.name)).toEqual(EMPTY);
    expect(await exists('.fortress/secrets')).toBe(false);
    expect(await exists(CA_FILE)).toBe(false);
  });

  it('logs have nothing, links say what will be there, verify and predict say what to do', async () => {
    expect(await project.fortress('logs')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await project.json('links')).toMatchObject({ up: false });
    for (const args of [['verify'], ['predict', 'hello']]) {
      const { exitCode, stderr } = await project.fortress(...args);
      expect([1, 3]).toContain(exitCode);
      expect(stderr).toContain('fortress up');
    }
  });

  it('certs makes certificates and passwords, once', async () => {
    const first = await project.json<{ written: string[]; certificates: object[] }>('certs');
    expect(first.written).toContain(join(project.folder, CA_FILE));
    expect(first.certificates).toHaveLength(2);
    const again = await project.json<{ written: string[]; changes: object[] }>('certs');
    expect(again).toMatchObject({ written: [], changes: [] });
    expect((await project.ok('certs')).stdout).toContain('right as they are');
  });

  it('down has nothing to remove', async () => {
    expect((await project.ok('down')).stdout).toContain('is not up, nothing to remove');
  });
});

describe('the running stack', () => {
  it('up --json: one document, everything else on stderr', async () => {
    const { exitCode, stdout, stderr } = await project.fortress('up', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      changed: true,
      answer: { label: expect.any(String) as string },
      links: { passwords: null, urls: { predict: `https://localhost:${project.ports.https}/predict` } },
    });
    expect(stderr).toContain(`created ${project.name}-gateway-1`);
  });

  it("serves the course's credentials with the CA where its script looks", async () => {
    const ca = await project.file(CA_FILE);
    expect(new X509Certificate(ca).ca).toBe(true);
    const { status } = await project.ask({
      ca,
      method: 'POST',
      path: '/predict',
      login: 'admin:admin',
      headers: { 'content-type': 'application/json' },
      body: '{"sentence":"Oh yeah, that was soooo cool!"}',
    });
    expect(status).toBe(200);
    expect((await project.ok('links')).stdout).toContain('--user admin:admin');
  });

  it('status: every container, exit code 0', async () => {
    const { exitCode, stdout } = await project.fortress('status');
    expect(exitCode).toBe(0);
    for (const name of ['gateway-1', 'api-v1-1', 'api-v2-1', 'exporter-1', 'prometheus-1']) {
      expect(stdout).toContain(`${project.name}-${name}`);
    }
    const status = await project.json<{ up: boolean; containers: { state: string }[] }>('status');
    expect(status.up).toBe(true);
    expect(status.containers.every(({ state }) => state === 'running')).toBe(true);
  });

  it('predict: the label, or all probabilities', async () => {
    expect((await project.ok('predict', 'I love you')).stdout).toMatch(/^[a-z]+\n$/);
    const text = await project.ok('predict', '--debug', 'I love you');
    expect(text.stdout).toContain('love');
    const document = await project.json<{ label: string }>('predict', '--debug', 'I love you');
    expect(JSON.stringify(document)).toContain('sadness');
  });

  it('verify --json is one document with evidence', async () => {
    const { exitCode, stdout } = await project.fortress('verify', '--only', 'auth.ok,ab.debug', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      exitCode: 0,
      results: [
        { id: 'auth.ok', verdict: 'pass' },
        { id: 'ab.debug', verdict: 'pass' },
      ],
    });
  });

  it('verify fails, with exit code 1, when a promise is broken', async () => {
    await project.edit([/replicas: 1 \}/, 'replicas: 2 }']);
    const { exitCode, stdout } = await project.fortress('verify', '--only', 'lb.replicas');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('fail');
    await project.edit([/replicas: 2 \}/, 'replicas: 1 }']);
  });

  it('config shows no password', async () => {
    const { stdout } = await project.ok('config', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ gateway: { users: [{ name: 'admin', password: '********' }] } });
  });

  it('doctor finds all well', async () => {
    const { findings } = await project.json<{ findings: { probe: string; status: string }[] }>('doctor');
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(findings.map(({ probe }) => probe)).toContain('engine.reachable');
  });

  it('links, logs and plan --json are one document each', async () => {
    expect(await project.json('links')).toMatchObject({ up: true, ca: join(project.folder, CA_FILE) });
    expect(await project.json('plan')).toMatchObject({ changed: false });
    const { lines } = await project.json<{ lines: { container: string; line: string }[] }>('logs', 'gateway');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every(({ container }) => container === `${project.name}-gateway-1`)).toBe(true);
  });

  it('logs: of all services with their names, of one without; --tail limits', async () => {
    const all = await project.ok('logs');
    expect(all.stdout).toMatch(new RegExp(`^${project.name}-prometheus-1\\s+\\| `, 'm'));
    const one = await project.ok('logs', 'gateway', '--tail', '1');
    const lines = one.stdout.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ uri: expect.stringMatching(/^\/predict\b/) as string });
  });

  it('logs -f shows what comes and ends on Ctrl-C', async () => {
    const logs = project.start('logs', 'gateway', '-f', '--tail', '0');
    const knock = setInterval(() => void project.ask({ path: '/nowhere' }), 200);
    try {
      await logs.until(/"uri":"\/nowhere"/);
    } finally {
      clearInterval(knock);
    }
    logs.kill('SIGINT');
    const { exitCode, stderr, stdout } = await logs.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('/predict');
  });
});

describe('down', () => {
  it('removes containers and networks, keeps data and secrets, and says so', async () => {
    const secrets = await project.file('.fortress/secrets/htpasswd');
    const { stdout } = await project.ok('down');
    expect(stdout).toContain('containers, 2 networks removed');
    expect(stdout).toContain(`kept: `);
    expect(stdout).toContain(`${project.name}-prometheus-data`);
    const { volumes, ...rest } = await engineState(project.name);
    expect(rest).toEqual({ containers: [], networks: [], fileVolumes: [] });
    expect(volumes).toContain(`${project.name}-prometheus-data`);
    expect(await project.file('.fortress/secrets/htpasswd')).toBe(secrets);
  });

  it('twice is no mistake', async () => {
    expect((await project.ok('down')).stdout).toContain('is not up');
    expect(await project.json('down')).toMatchObject({ operations: [], purged: false });
  });

  it('the stack comes back with the same certificates and passwords', async () => {
    const ca = await project.file('.fortress/secrets/ca.crt');
    const document = await project.json<{ credentials: object[] }>('up');
    expect(document.credentials).toEqual([]);
    expect(await project.file('.fortress/secrets/ca.crt')).toBe(ca);
    expect((await project.ok('status')).exitCode).toBe(0);
  });

  it('--volumes removes the data, keeps the secrets', async () => {
    await project.ok('down', '--volumes');
    expect(await engineState(project.name)).toEqual(EMPTY);
    expect(await exists('.fortress/secrets/passwords.json')).toBe(true);
  });

  it('--purge removes the secrets too, and nothing that is yours', async () => {
    const before = (await readdir(project.folder)).toSorted();
    await project.ok('down', '--purge');
    expect(await exists('.fortress/secrets')).toBe(false);
    expect((await readdir(project.folder)).toSorted()).toEqual(before);
    expect(before).toContain('fortress.config.ts');
  });
});
