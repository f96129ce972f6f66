import { describe, expect, it } from 'vitest';
import { doorsOf } from '../../../src/verify/doors.js';
import type { DeployedContainer } from '../../../src/verify/deployment.js';
import { makeContainer, published } from './support/containers.js';

const spec = {
  https: 'https://localhost:8443',
  http: 'http://localhost:8080',
  exporter: 'http://127.0.0.1:9113',
  prometheus: { url: 'http://localhost:9090', scrapeIntervalSeconds: 5, discoverySeconds: 10 },
  grafana: null,
};
const nginx = makeContainer('nginx', { ports: [published(8443, 443), published(8080, 80)] });
const openPorts = (...containers: DeployedContainer[]): string[] =>
  doorsOf(containers, spec).open.map(({ container, port, address }) => `${container} ${address ?? '*'}:${port}`);

describe('doorsOf', () => {
  it("leaves out the declared entrance, by whatever number; the gateway's plain port is a door", () => {
    expect(openPorts(nginx)).toEqual(['nginx *:8080']);
    expect(openPorts({ ...nginx, ports: [...nginx.ports, published(443, 443)] })).toEqual(['nginx *:8080']);
  });

  it('holds what an API publishes, on all addresses or on one', () => {
    const api = makeContainer('api', { ports: [published(8000, 8000), published(8000, 8000, '::')] });
    expect(openPorts(api)).toEqual(['api *:8000']);
    expect(openPorts({ ...api, ports: [published(8000, 8000, '10.0.0.7')] })).toEqual(['api 10.0.0.7:8000']);
  });

  it('leaves out loopback, except at a gateway that is on loopback altogether', () => {
    const api = makeContainer('api', { ports: [published(8000, 8000, '127.0.0.1')] });
    expect(doorsOf([api], spec)).toEqual({ open: [], loopback: ['api 127.0.0.1:8000'], unknown: [] });
    const local = { ...nginx, ports: nginx.ports.map((port) => ({ ...port, address: '127.0.0.1' })) };
    expect(openPorts(local)).toEqual(['nginx *:8080']);
  });

  it('leaves declared monitoring alone, and what does not run', () => {
    const prometheus = makeContainer('prometheus', { ports: [published(9090, 9090)] });
    const stopped = makeContainer('api', { running: false, ports: [published(8000, 8000)] });
    expect(openPorts(prometheus, stopped)).toEqual([]);
  });

  it("tries the ports that a container in the host's network names, else the usual ones", () => {
    const api = makeContainer('api', { hostNetwork: true, ports: [published(8123, 8123)] });
    expect(openPorts(nginx, api)).toContain('api *:8123');
    const silent = doorsOf([nginx, { ...api, ports: [] }], spec);
    expect(silent.open.map(({ port }) => port)).toContain(8000);
    expect(silent.unknown).toEqual(['api']);
  });

  it("asks a gateway in the host's network wherever it listens", () => {
    const onHost = { ...nginx, hostNetwork: true, ports: [published(80, 80)] };
    const { open } = doorsOf([onHost], spec, [8443, 8081]);
    expect(open.map(({ port }) => port)).toEqual([80, 8080, 8081]);
    expect(doorsOf([nginx], spec, [8081]).open.map(({ port }) => port)).toEqual([8080]);
  });
});
