import { expect, test } from 'vitest';
import { createNetwork, removeNetwork, SUBNET_TAKEN } from '../../../../src/engine/docker/networks.js';
import { example } from '../../stack/example.js';
import { fakeEngine } from './fake-engine.js';

const { stack } = example();
const CREATE = 'POST /networks/create';
const backend = stack.networks.find(({ internal }) => internal);
const edge = stack.networks.find(({ internal }) => !internal);

test('the backend has no way out, and the engine hands out addresses above the fixed ones only', async () => {
  const { docker, asked } = await fakeEngine({ [CREATE]: { status: 201, json: { Id: 'x' } } });
  if (backend) await createNetwork(docker, 'shop', backend);
  expect(JSON.parse(String(asked[0]?.body))).toMatchObject({
    Name: 'shop-backend',
    Internal: true,
    IPAM: { Config: [{ Subnet: '10.200.4.0/22', IPRange: '10.200.6.0/23' }] },
    Labels: { 'dev.fortress.project': 'shop' },
  });
});

test('a subnet that overlaps is told apart from other errors: another one can be tried', async () => {
  const { docker, answers } = await fakeEngine({
    [CREATE]: { status: 403, json: { message: 'Pool overlaps with other one on this address space' } },
  });
  if (!backend || !edge) throw new Error('two networks were expected');
  await expect(createNetwork(docker, 'shop', backend)).rejects.toMatchObject({ code: SUBNET_TAKEN });
  await expect(createNetwork(docker, 'shop', edge)).rejects.not.toMatchObject({ code: SUBNET_TAKEN });
  answers[CREATE] = { status: 409, json: { message: 'network with name shop-backend already exists' } };
  await expect(createNetwork(docker, 'shop', backend)).rejects.toThrow('already exists');
});

test('a network that is gone needs no removal', async () => {
  const { docker, asked } = await fakeEngine();
  await removeNetwork(docker, 'x');
  expect(asked.map(({ call }) => call)).toEqual(['DELETE /networks/x']);
});
