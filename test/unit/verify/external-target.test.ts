import { describe, expect, it } from 'vitest';
import { declareTarget } from '../../../src/verify/declare-target.js';
import { externalTarget, type ExternalFacts } from '../../../src/verify/external-target.js';
import type { TargetSpec } from '../../../src/verify/target.js';
import { makeContainer, published } from './support/containers.js';

const declared = declareTarget(
  { url: 'https://localhost:8443', user: 'ana:pw' },
  {},
  {
    gateway: undefined,
    grafana: undefined,
  },
);
const NOTHING: ExternalFacts = {
  ca: null,
  http: null,
  exporter: null,
  prometheus: null,
  grafana: null,
  deployment: { unknown: 'no engine' },
};
const targetOf = (facts: Partial<ExternalFacts> = {}): TargetSpec => externalTarget(declared, { ...NOTHING, ...facts });

describe('externalTarget', () => {
  it('leaves open what is not known, and says why', () => {
    expect(targetOf()).toEqual({
      isOwn: false,
      https: 'https://localhost:8443',
      http: 'http://localhost',
      connectTo: null,
      user: 'ana',
      password: 'pw',
      ca: null,
      predictPath: '/predict',
      requestField: 'sentence',
      responseField: 'prediction value',
      probabilitiesField: 'prediction_proba_dict',
      experiment: { header: 'X-Experiment-Group', value: 'debug' },
      versions: null,
      replicas: 3,
      arms: {},
      instances: null,
      labels: [],
      rateLimit: { requestsPerSecond: 10, burst: 20, status: null },
      exporter: null,
      prometheus: null,
      grafana: null,
      deployment: { unknown: 'no engine' },
      omitted: {
        http: 'no --http was given, and nothing answers at http://localhost or http://localhost:8080',
        exporter: 'no --exporter was given',
        prometheus: 'no --prometheus was given',
        grafana: 'no --grafana was given',
      },
    });
  });

  it('holds what was found', () => {
    const facts = {
      ca: 'PEM',
      http: 'http://localhost:8080',
      exporter: 'http://localhost:9113',
      prometheus: { url: 'http://localhost:9090', scrapeIntervalSeconds: 15 },
      grafana: { url: 'http://localhost:3000', user: 'admin', password: 'admin' },
    };
    expect(targetOf(facts)).toMatchObject({
      ...facts,
      prometheus: { ...facts.prometheus, discoverySeconds: 11.5 },
      omitted: {},
    });
  });

  it('does not excuse a gateway of which all ports are known', () => {
    const ports = [8443, 8000].map((port) => published(port, port));
    const { http, omitted } = targetOf({ deployment: { containers: [makeContainer('web', { ports })] } });
    expect(http).toBe('http://localhost:8000');
    expect(omitted).not.toHaveProperty('http');
    expect(omitted['grafana']).toBe('no --grafana was given, and the engine shows none that publishes a port');
  });

  it('does not ask a Grafana whose account nobody told', () => {
    expect(targetOf({ grafana: { refused: 'it takes no admin/admin' } })).toMatchObject({
      grafana: null,
      omitted: { grafana: 'it takes no admin/admin' },
    });
  });
});
