import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/engine/docker/connect.js';
import { createNetwork, removeNetwork, SUBNET_TAKEN } from '../../src/engine/docker/networks.js';
import { observe } from '../../src/engine/docker/observe.js';
import { connectReadOnly } from '../../src/engine/docker/read-only.js';
import { createVolume, removeVolume } from '../../src/engine/docker/volumes.js';
import { chooseSubnet, upperHalf } from '../../src/stack/subnet.js';
import { assertEngine, docker, EMPTY, engineState, removeEverything } from '../support/engine.js';

const project = `e2e-${randomBytes(4).toString('hex')}`;
const Labels = { 'dev.fortress.project': project };

beforeAll(assertEngine);
afterAll(() => removeEverything(project));

describe('the connection that plan works with', () => {
  it('reads', async () => {
    const { docker: reader } = await connectReadOnly();
    expect((await observe(reader, project)).containers).toEqual([]);
  });

  it.each<[string, (reader: Docker) => Promise<unknown>]>([
    ['make a network', (reader) => reader.createNetwork({ Name: project, Labels })],
    ['make a volume', (reader) => reader.createVolume({ Name: project, Labels })],
    ['make a container', (reader) => reader.createContainer({ name: project, Image: 'none', Labels })],
    ['start a container', (reader) => reader.getContainer(project).start()],
    ['remove a container', (reader) => reader.getContainer(project).remove()],
    ['put files into a container', (reader) => reader.getContainer(project).putArchive(Buffer.from(''), { path: '/' })],
    ['pull an image', (reader) => reader.createImage({ fromImage: 'none', tag: 'none' })],
  ])('cannot %s', async (_, mutate) => {
    const { docker: reader } = await connectReadOnly();
    await expect((async () => mutate(reader))()).rejects.toThrow('read-only client');
    expect(await engineState(project)).toEqual(EMPTY);
  });

  it('leaves other connections as they are', async () => {
    await connectReadOnly();
    const { docker: writer } = await connect();
    await createVolume(writer, project, `${project}-data`);
    expect((await engineState(project)).volumes).toEqual([`${project}-data`]);
    await removeVolume(writer, `${project}-data`);
    await removeVolume(writer, `${project}-data`);
    expect(await engineState(project)).toEqual(EMPTY);
  });
});

const backend = (name: string, subnet: string): Parameters<typeof createNetwork>[2] => ({
  name: `${project}-${name}`,
  internal: true,
  addresses: { subnet, dynamicRange: upperHalf(subnet) },
});

describe('networks', () => {
  it('a subnet that is taken is told apart from other refusals, and is not chosen again', async () => {
    const { takenSubnets } = await observe(docker, project);
    const subnet = chooseSubnet(project, takenSubnets);
    await createNetwork(docker, project, backend('one', subnet));
    await expect(createNetwork(docker, project, backend('two', subnet))).rejects.toMatchObject({ code: SUBNET_TAKEN });

    const observed = await observe(docker, project);
    expect(observed.networks).toEqual([{ name: `${project}-one`, subnet }]);
    expect(chooseSubnet(project, observed.takenSubnets)).not.toBe(subnet);

    await removeNetwork(docker, `${project}-one`);
    await removeNetwork(docker, `${project}-one`);
    expect(await engineState(project)).toEqual(EMPTY);
  });
});
