import { describe, expect, it } from 'vitest';
import type { DeployedContainer } from '../../../src/verify/deployment.js';
import { groupAround } from '../../../src/verify/replica-group.js';
import { makeContainer } from './support/containers.js';

const of = (name: string, service: string, imageId = 'sha256:api') => makeContainer(name, { service, imageId });
const names = (containers: { name: string }[]): string[] => containers.map(({ name }) => name);
const gateway = of('p-nginx-1', 'nginx', 'sha256:nginx');

/** Names of the group that the containers with these names belong to. */
const groupOf = (
  served: string[],
  all: DeployedContainer[],
  { gateways = [], experiment = [] }: { gateways?: DeployedContainer[]; experiment?: string[] } = {},
): string[] => {
  const called = (wanted: string[]) => all.filter(({ name }) => wanted.includes(name));
  return names(groupAround(called(served), all, { gateways, experiment: called(experiment) }));
};

describe('groupAround', () => {
  it('takes all containers of the service, running or not', () => {
    const all = [
      gateway,
      of('p-api-1', 'api'),
      { ...of('p-api-2', 'api'), running: false },
      of('p-db-1', 'db', 'sha256:db'),
    ];
    expect(groupOf(['p-api-1'], all, { gateways: [gateway] })).toEqual(['p-api-1', 'p-api-2']);
  });

  it('takes services that are numbered, built each for itself', () => {
    const all = [1, 2, 3].map((n) => of(`p-api-v1-${n}-1`, `api-v1-${n}`, `sha256:${n}`));
    const v2 = of('p-api-v2-1', 'api-v2', 'sha256:v2');
    expect(groupOf(['p-api-v1-1-1'], [...all, v2])).toEqual(names(all));
  });

  it('takes services of one image, but not the one that serves the experiment', () => {
    const all = ['alpha', 'beta', 'gamma'].map((name) => of(name, name));
    const debug = ['debug-1', 'debug-2'].map((name) => of(name, 'debug'));
    expect(groupOf(['alpha'], [...all, ...debug], { experiment: ['debug-1'] })).toEqual(['alpha', 'beta', 'gamma']);
  });

  it('takes neither the gateway nor the monitoring, of whatever image', () => {
    const proxy = of('nginx', 'nginx');
    const all = [of('alpha', 'alpha'), proxy, of('prometheus', 'prometheus')];
    expect(groupOf(['alpha'], all, { gateways: [proxy] })).toEqual(['alpha']);
  });

  it('keeps who served, though the experiment went there as well', () => {
    const all = [of('api-1', 'api'), of('api-2', 'api')];
    expect(groupOf(['api-1'], all, { experiment: ['api-1'] })).toEqual(['api-1', 'api-2']);
  });
});
