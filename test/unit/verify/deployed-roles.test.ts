import { describe, expect, it } from 'vitest';
import { containersBehind, gatewaysAmong, isMonitoring, portOf } from '../../../src/verify/deployed-roles.js';
import { makeContainer, published } from './support/containers.js';

const origins = { https: 'https://localhost:8443', http: 'http://localhost:8080' };
const nginx = makeContainer('nginx', { ports: [published(8443, 443)] });
const api = makeContainer('api');

describe('portOf', () => {
  it('knows the ports that nobody writes', () => {
    expect(['https://a', 'http://a', 'https://a:8443'].map(portOf)).toEqual([443, 80, 8443]);
  });
});

describe('gatewaysAmong', () => {
  it('takes whoever publishes the HTTPS port and runs', () => {
    expect(gatewaysAmong([api, nginx], origins)).toEqual([nginx]);
    expect(gatewaysAmong([api, { ...nginx, running: false }], origins)).toEqual([]);
  });

  it("takes who is in the host's network where nobody publishes the port, nginx before others", () => {
    const onHost = makeContainer('nginx', { hostNetwork: true });
    const apiOnHost = makeContainer('api', { hostNetwork: true });
    expect(gatewaysAmong([apiOnHost, onHost], origins)).toEqual([onHost]);
    expect(gatewaysAmong([apiOnHost], origins)).toEqual([apiOnHost]);
    expect(gatewaysAmong([apiOnHost, nginx], origins)).toEqual([nginx]);
  });

  it("takes nobody in the host's network who watches, or who listens elsewhere", () => {
    const prometheus = makeContainer('prometheus', { hostNetwork: true });
    const tool = makeContainer('tool', { hostNetwork: true, ports: [published(19999, 19999)] });
    const front = makeContainer('front', { hostNetwork: true, ports: [published(80, 80)] });
    expect(gatewaysAmong([prometheus, tool, api], origins)).toEqual([]);
    expect(gatewaysAmong([prometheus, tool, front], origins)).toEqual([front]);
  });

  it('takes nobody of this stack where a container of another publishes the port', () => {
    const onHost = makeContainer('nginx', { hostNetwork: true });
    const outsiders = [{ name: 'other', project: null, ports: [8443] }];
    expect(gatewaysAmong([onHost], { ...origins, deployment: { containers: [onHost], outsiders } })).toEqual([]);
  });

  it('is not taken in by the name of the folder, which compose puts before what it builds', () => {
    const built = makeContainer('api', { image: 'nginx-exam-api', builtHere: true, hostNetwork: true });
    const front = makeContainer('gateway', { image: 'nginx-exam-gateway', builtHere: true, hostNetwork: true });
    expect(gatewaysAmong([built, front], origins)).toEqual([front]);
  });
});

describe('containersBehind', () => {
  it('are those that run, but for the gateway and the monitoring', () => {
    const exporter = makeContainer('exporter', { image: 'nginx/nginx-prometheus-exporter:1.4' });
    const stopped = makeContainer('api-2', { running: false });
    expect(containersBehind([nginx, api, exporter, stopped], origins)).toEqual([api]);
  });
});

describe('isMonitoring', () => {
  it.each([
    'nginx/nginx-prometheus-exporter:1.4.1',
    'prom/prometheus',
    'grafana/grafana:11',
    'fortress/exporter:debian',
  ])('%s watches', (image) => {
    expect(isMonitoring({ image, service: 'x' })).toBe(true);
  });
  it.each(['prometheus', 'prometheus-1', 'nginx_exporter', 'grafana'])('the service %s watches', (service) => {
    expect(isMonitoring({ image: 'team/thing', service })).toBe(true);
  });
  it('goes by the service where the image was built here: its name is that of a folder', () => {
    const image = 'nginx-prometheus-grafana';
    expect(isMonitoring({ image, service: 'api-v1', builtHere: true })).toBe(false);
    expect(isMonitoring({ image: 'exam-monitor', service: 'prometheus', builtHere: true })).toBe(true);
  });
  it.each(['prometheus-api', 'api', 'nginx:1.26', 'team/sentiment-api', 'exported-model:1'])('%s does not', (image) => {
    expect(isMonitoring({ image, service: 'x' })).toBe(false);
  });
});
