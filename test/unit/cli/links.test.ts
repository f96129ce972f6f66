import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { formatLinks, linksOf } from '../../../src/cli/links.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { FortressConfig } from '../../../src/config/types.js';
import { passwordsPath } from '../../../src/credentials/store.js';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'fortress-links-')));
  vi.spyOn(process, 'cwd').mockReturnValue(root);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const links = (input: FortressConfig = {}, grafana = true) => linksOf(resolveConfig(input, root), { grafana });

test('the URLs of the default stack, without the ports that everybody knows', () => {
  expect(links().urls).toEqual({
    predict: 'https://localhost/predict',
    http: 'http://localhost/',
    exporter: 'http://127.0.0.1:9113/metrics',
    prometheus: 'http://127.0.0.1:9090/',
    grafana: 'http://127.0.0.1:3000/',
  });
});

test('other ports, an IPv6 host, monitoring for everybody', () => {
  const { urls } = links({
    gateway: { hosts: ['::1'], httpPort: 8080, httpsPort: 8443 },
    monitoring: { bind: '0.0.0.0' },
  });
  expect(urls).toMatchObject({
    predict: 'https://[::1]:8443/predict',
    http: 'http://[::1]:8080/',
    prometheus: 'http://localhost:9090/',
  });
});

test('what is not there has no link', () => {
  expect(links({}, false).urls.grafana).toBeNull();
  expect(links({ monitoring: false }).urls).toMatchObject({ exporter: null, prometheus: null, grafana: null });
  expect(formatLinks(links({ monitoring: false }))).not.toMatch(/Prometheus|Grafana|Exporter/);
});

/** The arguments that curl would get from a shell in the project's folder. */
const argumentsOf = (curl: string): string[] =>
  execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${curl}`], { cwd: root, encoding: 'utf8' })
    .trimEnd()
    .split('\n');

describe('the curl line', () => {
  test('reads a random password from where it is kept, and holds none itself', () => {
    const file = passwordsPath(join(root, '.fortress'));
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, JSON.stringify({ users: { 'ann.b': 's3cret $x' } }));
    const { curl, passwords } = links({ gateway: { users: ['ann.b'] } });
    expect(passwords).toBe(file);
    expect(curl).not.toContain('s3cret');
    const args = argumentsOf(curl);
    expect(args).toContain('ann.b:s3cret $x');
    expect(args.at(-1)).toBe('https://localhost/predict');
    expect(JSON.parse(args[args.indexOf('-d') + 1] ?? '')).toHaveProperty('sentence');
  });

  test('lets curl ask for a password that somebody chose', () => {
    const { curl, passwords } = links({
      gateway: { users: [{ name: 'ann', password: 'chosen' }] },
      monitoring: { grafana: false },
    });
    expect(passwords).toBeNull();
    expect(curl).not.toContain('chosen');
    const args = argumentsOf(curl);
    expect(args[args.indexOf('--user') + 1]).toBe('ann');
  });

  test("may hold the exam's password: it is no secret", () => {
    const args = argumentsOf(links({ preset: 'exam' }).curl);
    expect(args[args.indexOf('--user') + 1]).toBe('admin:admin');
    expect(args[args.indexOf('--cacert') + 1]).toBe('deployments/nginx/certs/nginx.crt');
  });

  test('names a CA file with blanks and quotes as one argument', () => {
    const { curl } = links({ preset: 'exam', gateway: { tls: { caFile: "my cert's/ca.crt" } } });
    const args = argumentsOf(curl);
    expect(args[args.indexOf('--cacert') + 1]).toBe("my cert's/ca.crt");
  });
});
