import { describe, expect, it } from 'vitest';
import type { DeployedContainer, Deployment } from '../../../src/verify/deployment.js';
import { findServices, plainHttpCandidates } from '../../../src/verify/find-services.js';
import { makeContainer, published } from './support/containers.js';

const HTTPS = 'https://ml.example.org:8443';
const publishing = (service: string, image: string, port: number, address?: string): DeployedContainer =>
  makeContainer(service, { image, ports: [published(port, port, address)] });

const withPorts = (...ports: number[]): Deployment => ({
  containers: [makeContainer('web', { ports: ports.map((port) => published(port, port)) })],
});

describe('findServices', () => {
  it('knows them by service or image, at the address where they are published', () => {
    const containers = [
      makeContainer('prometheus', { image: 'prom/prometheus:v2.53.0' }),
      publishing('nginx-exporter', 'nginx/nginx-prometheus-exporter:1.4', 9114),
      publishing('tsdb', 'prom/prometheus:v2.53.0', 19090, '127.0.0.1'),
      publishing('grafana', 'my-dashboards', 3001, '::'),
    ];
    expect(findServices({ containers }, HTTPS)).toEqual({
      exporter: 'http://ml.example.org:9114',
      prometheus: 'http://127.0.0.1:19090',
      grafana: 'http://ml.example.org:3001',
    });
  });

  it("takes the gateway's exporter, and Grafana itself, whatever comes before them", () => {
    const containers = [
      publishing('agent', 'grafana/agent:v0.40', 12345),
      publishing('alloy', 'grafana/alloy:v1', 12346),
      publishing('blackbox-exporter', 'prom/blackbox-exporter', 9115),
      publishing('grafana', 'grafana/grafana:11.0.0', 3000),
      publishing('metrics', 'nginx/nginx-prometheus-exporter:1.4', 9113),
      publishing('postgres-exporter', 'prometheuscommunity/postgres-exporter', 9187),
      publishing('prometheus', 'prom/prometheus', 9090),
    ];
    expect(findServices({ containers }, HTTPS)).toEqual({
      exporter: 'http://ml.example.org:9113',
      prometheus: 'http://ml.example.org:9090',
      grafana: 'http://ml.example.org:3000',
    });
  });

  it('takes no other exporter for that of the gateway', () => {
    const containers = [publishing('node-exporter', 'prom/node-exporter', 9100)];
    expect(findServices({ containers }, HTTPS)).toEqual({ exporter: null, prometheus: null, grafana: null });
  });

  it('finds nothing where nothing is known', () => {
    expect(findServices({ unknown: 'no engine' }, HTTPS)).toEqual({ exporter: null, prometheus: null, grafana: null });
  });

  it('writes addresses as URLs want them', () => {
    const containers = [publishing('grafana', 'grafana/grafana', 3000, '::1')];
    expect(findServices({ containers }, HTTPS).grafana).toBe('http://[::1]:3000');
  });
});

describe('plainHttpCandidates', () => {
  it("are the gateway's other ports, the usual ones first", () => {
    expect(plainHttpCandidates(withPorts(8081, 8443, 8080, 80), HTTPS)).toEqual({
      origins: ['http://ml.example.org', 'http://ml.example.org:8080', 'http://ml.example.org:8081'],
      areAll: true,
    });
  });

  it('are the usual ports where the engine does not know better', () => {
    const usual = ['http://ml.example.org', 'http://ml.example.org:8080'];
    expect(plainHttpCandidates({ unknown: 'no engine' }, HTTPS)).toEqual({ origins: usual, areAll: false });
    expect(plainHttpCandidates(withPorts(443), HTTPS)).toEqual({ origins: usual, areAll: false });
    expect(plainHttpCandidates(withPorts(8443), HTTPS)).toEqual({ origins: usual, areAll: true });
  });
});
