import { describe, expect, it } from 'vitest';
import type { ContainerInfo } from 'dockerode';
import { findContainers, outsidersOf } from '../../../../src/engine/docker/find-deployment.js';

interface Short {
  compose?: string;
  fortress?: string;
  networks?: string[];
  ports?: number[];
  host?: true;
  state?: string;
  image?: string;
}

const container = (
  name: string,
  { compose, fortress, networks = [], ports = [], host, state, image = 'api:1' }: Short = {},
) =>
  ({
    Id: name,
    Image: image,
    Names: [`/${name}`],
    State: state ?? 'running',
    Labels: {
      ...(compose === undefined ? {} : { 'com.docker.compose.project': compose }),
      ...(fortress === undefined ? {} : { 'dev.fortress.project': fortress }),
    },
    Ports: ports.map((port) => ({ IP: '0.0.0.0', PrivatePort: port, PublicPort: port, Type: 'tcp' })),
    HostConfig: { NetworkMode: host ? 'host' : 'x' },
    NetworkSettings: { Networks: Object.fromEntries(networks.map((network) => [network, {}])) },
  }) as unknown as ContainerInfo;

const shop = [
  container('shop-nginx-1', { compose: 'shop', ports: [443, 8080] }),
  container('shop-api-1', { compose: 'shop', state: 'exited' }),
];
const own = [
  container('own-gateway-1', { fortress: 'own', ports: [8443] }),
  container('own-api-1', { fortress: 'own' }),
];
const all = [...shop, ...own];

const find = (listed: ContainerInfo[], selector: Partial<Parameters<typeof findContainers>[1]>) => {
  const found = findContainers(listed, { publishedPorts: [], ...selector });
  return 'unknown' in found ? found.unknown : found.map(({ Id }) => Id);
};

describe('findContainers', () => {
  it("in the host's network: a stack, or a lone gateway, but no lone tool", () => {
    const tool = container('netdata', { host: true, image: 'netdata/netdata:stable' });
    expect(find([tool], { publishedPorts: [443] })).toBe('no container of this engine publishes port 443');
    const gateway = container('front', { host: true, image: 'nginx:1.26' });
    expect(find([gateway], { publishedPorts: [443] })).toEqual(['front']);
    const stack = [container('a', { host: true, compose: 'shop' }), container('b', { compose: 'shop' })];
    expect(find(stack, { publishedPorts: [443] })).toEqual(['a', 'b']);
  });

  it('by project, whoever else publishes the port', () => {
    expect(find(all, { composeProject: 'shop', publishedPorts: [8443] })).toEqual(['shop-nginx-1', 'shop-api-1']);
    expect(find(all, { composeProject: 'own' })).toEqual(['own-gateway-1', 'own-api-1']);
    expect(find(all, { fortressProject: 'own', publishedPorts: [443] })).toEqual(['own-gateway-1', 'own-api-1']);
    expect(find(all, { fortressProject: 'none', publishedPorts: [443] })).toEqual([]);
  });

  it('by the first port that somebody publishes, and the project of whoever does', () => {
    expect(find(all, { publishedPorts: [8443, 443] })).toEqual(['own-gateway-1', 'own-api-1']);
    expect(find(all, { publishedPorts: [1, 8080] })).toEqual(['shop-nginx-1', 'shop-api-1']);
  });

  it('without a project, by a network that was made for them', () => {
    const plain = [
      container('nginx', { networks: ['bridge', 'mine'], ports: [9443] }),
      container('api', { networks: ['mine'] }),
      container('stranger', { networks: ['bridge'] }),
    ];
    expect(find([...plain, ...all], { publishedPorts: [9443] })).toEqual(['nginx', 'api']);
  });

  it("in the host's network, where only one stack can be meant", () => {
    const host = [container('h-nginx', { compose: 'h', host: true }), container('h-api', { compose: 'h' })];
    expect(find([...host, ...all], { publishedPorts: [9443] })).toEqual(['h-nginx', 'h-api']);
    const another = container('other', { compose: 'o', host: true });
    expect(find([...host, another], { publishedPorts: [9443, 80] })).toBe(
      'no container of this engine publishes port 9443 or 80',
    );
  });

  it('says why it found nobody', () => {
    expect(find(all, { publishedPorts: [1] })).toBe('no container of this engine publishes port 1');
    expect(find(all, {})).toBe('no container of this engine publishes a port of the target');
  });
});

describe('outsidersOf', () => {
  it('are others with one of the ports', () => {
    expect(outsidersOf(all, own, [443, 8443])).toEqual([{ name: 'shop-nginx-1', project: 'shop', ports: [443] }]);
    expect(outsidersOf([container('plain', { ports: [443] })], [], [443])).toEqual([
      { name: 'plain', project: null, ports: [443] },
    ]);
  });
});
