import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { FortressConfig } from '../../../src/config/types.js';
import { ownTarget } from '../../../src/verify/own-target.js';
import type { TargetSpec } from '../../../src/verify/target.js';

const credentials = {
  user: 'admin',
  password: 'pw',
  caCertificate: 'PEM',
  grafanaPassword: 'gpw',
  probeToken: 'pt',
  secrets: [{ name: 'the probe token', text: 'pt' }],
};

const targetOf = (input: FortressConfig, omitted: Record<string, string> = {}): TargetSpec =>
  ownTarget(resolveConfig({ project: 'p', ...input }, '/srv/p'), credentials, {
    labels: ['love'],
    omitted,
    instances: null,
    deployment: { unknown: 'there is no engine' },
  });

describe('ownTarget', () => {
  it('promises what the exam prescribes', () => {
    expect(targetOf({ preset: 'exam' })).toEqual({
      isOwn: true,
      https: 'https://localhost',
      http: 'http://localhost:8080',
      connectTo: null,
      user: 'admin',
      password: 'pw',
      ca: 'PEM',
      predictPath: '/predict',
      requestField: 'sentence',
      responseField: 'prediction value',
      probabilitiesField: 'prediction_proba_dict',
      experiment: { header: 'X-Experiment-Group', value: 'debug' },
      versions: { default: 'v1', experiment: 'v2' },
      replicas: 3,
      arms: { v1: { replicas: 3, saysItsName: true }, v2: { replicas: 1, saysItsName: true } },
      instances: null,
      deployment: { unknown: 'there is no engine' },
      published: [
        { address: '0.0.0.0', port: 443 },
        { address: '0.0.0.0', port: 8080 },
        { address: '127.0.0.1', port: 9113 },
        { address: '127.0.0.1', port: 9090 },
        { address: '127.0.0.1', port: 3000 },
      ],
      secrets: credentials.secrets,
      labels: ['love'],
      rateLimit: { requestsPerSecond: 10, burst: 5, status: 503 },
      exporter: 'http://127.0.0.1:9113',
      prometheus: { url: 'http://127.0.0.1:9090', scrapeIntervalSeconds: 5, discoverySeconds: 11.5 },
      grafana: { url: 'http://127.0.0.1:3000', user: 'admin', password: 'gpw' },
      omitted: {},
    });
  });

  it('reaches a declared name at the address that is bound', () => {
    expect(targetOf({ gateway: { hosts: ['ml.example.org'], httpsPort: 8443 } })).toMatchObject({
      https: 'https://ml.example.org:8443',
      http: 'http://ml.example.org',
      connectTo: '127.0.0.1',
    });
    expect(targetOf({ gateway: { bind: '10.0.0.7' } }).connectTo).toBe('10.0.0.7');
    expect(targetOf({ gateway: { hosts: ['::1'] } }).https).toBe('https://[::1]');
  });

  it('publishes what is configured, where it is configured', () => {
    const gateway = { bind: '10.0.0.7', httpsPort: 8443 };
    const published = [8443, 80].map((port) => ({ address: '10.0.0.7', port }));
    expect(targetOf({ gateway, monitoring: false }).published).toEqual(published);
    const { published: ports } = targetOf({ monitoring: { bind: '::', grafana: false } });
    expect(ports?.slice(2)).toEqual([9113, 9090].map((port) => ({ address: '::', port })));
  });

  it('has no experiment without a route to an API with probabilities', () => {
    expect(targetOf({ apis: { v1: { replicas: 2 } } })).toMatchObject({
      experiment: null,
      versions: null,
      replicas: 2,
    });
    expect(targetOf({ apis: { v1: { debug: true }, v2: { debug: true } } }).experiment).toBeNull();
  });

  it('shares out clients as the weights say, and leaves the rest to the default', () => {
    const apis = { v1: {}, v2: { debug: true }, v3: {} };
    const weights = [
      { weight: 10, to: 'v2' },
      { weight: 5, to: 'v3' },
      { weight: 10, to: 'v2' },
    ];
    expect(targetOf({ apis, routes: [...weights, { to: 'v1' }] })).toMatchObject({
      experiment: null,
      split: { shares: { v1: 75, v2: 20, v3: 5 }, default: 'v1', token: 'pt' },
    });
    expect(targetOf({}).split).toBeUndefined();
  });

  it('takes rates, and their absence, as configured', () => {
    expect(targetOf({ gateway: { rateLimit: false } }).rateLimit).toBeNull();
    expect(targetOf({ gateway: { rateLimit: { status: 429 } } }).rateLimit?.status).toBe(429);
  });

  it('leaves monitoring out where it is switched off or cannot be had', () => {
    expect(targetOf({ monitoring: false })).toMatchObject({ exporter: null, prometheus: null, grafana: null });
    expect(targetOf({ monitoring: { grafana: false } })).toMatchObject({ grafana: null, omitted: {} });
    const omitted = { grafana: 'there is no image' };
    expect(targetOf({}, omitted)).toMatchObject({ grafana: null, omitted, exporter: 'http://127.0.0.1:9113' });
  });
});
