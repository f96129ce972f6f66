import { expect, it } from 'vitest';
import { withLimits } from '../../../../src/grade/compose/limits.js';

const OURS = { mem_limit: '2g', pids_limit: 1024 };

it.each([
  ['nothing', {}, OURS],
  ['memory only', { mem_limit: '512m' }, { mem_limit: '512m', pids_limit: 1024 }],
  ['processes only', { pids_limit: 50 }, { mem_limit: '2g', pids_limit: 50 }],
  ['what means none', { mem_limit: -1, memswap_limit: -1, pids_limit: -1 }, OURS],
  ['0', { mem_limit: '0', pids_limit: 0 }, OURS],
  ['swap that would be less than our memory', { memswap_limit: '1g' }, OURS],
  [
    'swap of its own',
    { mem_limit: '1g', memswap_limit: '2g' },
    { mem_limit: '1g', memswap_limit: '2g', pids_limit: 1024 },
  ],
])('fills in what is missing: %s', (_what, service, expected) => {
  expect(withLimits(service)).toEqual(expected);
});

it.each([
  ['processors only', { cpus: '1' }, OURS],
  ['memory', { memory: '1g', cpus: '1' }, { mem_limit: '1g', pids_limit: 1024 }],
  ['what means none', { memory: '-1', pids: -1, cpus: '1' }, OURS],
])('and where it is written below deploy: %s', (_what, limits, expected) => {
  const deploy = { replicas: 2, resources: { limits, reservations: { cpus: '0.5' } } };
  expect(withLimits({ image: 'x', deploy })).toEqual({
    image: 'x',
    deploy: { replicas: 2, resources: { reservations: { cpus: '0.5' } } },
    cpus: '1',
    ...expected,
  });
});
