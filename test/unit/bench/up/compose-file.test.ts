import type { ContainerInspectInfo, NetworkInspectInfo } from 'dockerode';
import { expect, test } from 'vitest';
import { composeFile, type ComposeForm } from '../../../../bench/up/compose-file.js';

const container = (service: string, number: number, address?: string): ContainerInspectInfo =>
  ({
    Id: 'abcdef012345',
    Name: `/shop-${service}-${number}`,
    Config: {
      Labels: { 'dev.fortress.service': service },
      Image: 'image:1',
      Hostname: `${service}-${number}`,
      User: '1:1',
      Env: ['PRICE=$5'],
      Healthcheck: { Test: ['CMD', 'ask'], Interval: 10e9, Timeout: 5e9, StartPeriod: 15e9, Retries: 3 },
    },
    HostConfig: {
      PortBindings: service === 'gateway' ? { '443/tcp': [{ HostIp: '127.0.0.1', HostPort: '2443' }] } : {},
      Memory: 1024,
    },
    Mounts: [
      { Type: 'volume', Name: 'f'.repeat(64), Destination: '/etc/fortress' },
      { Type: 'volume', Name: 'shop-data', Destination: '/data' },
    ],
    NetworkSettings: {
      Networks: {
        'shop-backend': {
          Aliases: [service, 'abcdef012345'],
          IPAMConfig: address === undefined ? null : { IPv4Address: address },
        },
      },
    },
  }) as unknown as ContainerInspectInfo;

const stack = {
  project: 'shop',
  containers: [container('gateway', 1), container('api-v1', 1, '10.0.0.2'), container('api-v1', 2, '10.0.0.3')],
  networks: [
    {
      Name: 'shop-backend',
      Internal: true,
      IPAM: { Config: [{ Subnet: '10.0.0.0/22', IPRange: '10.0.2.0/23' }] },
    },
  ] as unknown as NetworkInspectInfo[],
};

const written = (form: ComposeForm): object =>
  composeFile(stack, { form, filesOf: ({ Name }) => `/files${Name}`, portFor: (port) => Number(port) + 1 });

test('has what the engine has, with other ports and files', () => {
  expect(written('fastest')).toMatchObject({
    services: {
      'gateway-1': {
        ports: ['127.0.0.1:2444:443/tcp'],
        volumes: ['/files/shop-gateway-1:/etc/fortress:ro', 'data:/data'],
        healthcheck: { interval: '10s' },
      },
      'api-v1-2': {
        image: 'image:1',
        environment: ['PRICE=$$5'],
        mem_limit: 1024,
        networks: { backend: { aliases: ['api-v1'], ipv4_address: '10.0.0.3' } },
      },
    },
    networks: {
      backend: { internal: true, ipam: { config: [{ subnet: '10.0.0.0/22', ip_range: '10.0.2.0/23' }] } },
    },
    volumes: { data: {} },
  });
  expect(JSON.stringify(written('fastest'))).not.toContain('depends_on');
});

test.each([
  ['usual', '10s'],
  ['hasty', '1s'],
] as const)('the %s form waits for healthy APIs, and asks them every %s', (form, interval) => {
  expect(written(form)).toMatchObject({
    services: {
      'gateway-1': {
        depends_on: { 'api-v1-1': { condition: 'service_healthy' }, 'api-v1-2': { condition: 'service_healthy' } },
        healthcheck: { interval },
      },
    },
  });
});
