import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { imageArchive } from '../../../../src/engine/docker/image-archive.js';
import { fakeEngine } from './fake-engine.js';

const { signal } = new AbortController();

test('an image as the engine has it, or none', async () => {
  const inspected = { Id: 'sha256:a', Size: 12, RootFS: { Type: 'layers', Layers: ['sha256:b'] } };
  const { docker } = await fakeEngine({ 'GET /images/nginx:1/json': { json: inspected } });
  const { find } = imageArchive(docker);
  expect(await find('nginx:1')).toEqual({ id: 'sha256:a', size: 12, layers: ['sha256:b'] });
  expect(await find('nginx:2')).toBeNull();
});

test('images are saved by name with a tag, all in one tar', async () => {
  const { docker, asked } = await fakeEngine({ 'GET /images/get': { bytes: Buffer.from('a tar') } });
  const tar = await imageArchive(docker).save(['nginx', 'host:5000/api:2'], signal);
  expect((await buffer(tar)).toString()).toBe('a tar');
  expect(asked[0]?.query.getAll('names')).toEqual(['nginx:latest', 'host:5000/api:2']);
});

test('an engine that lacks one says so', async () => {
  const { docker } = await fakeEngine({ 'GET /images/get': { status: 500, json: { message: 'no such image: a:1' } } });
  await expect(imageArchive(docker).save(['a:1'], signal)).rejects.toThrow(/^no such image: a:1$/);
});

test('a tar is loaded byte for byte', async () => {
  const { docker, asked } = await fakeEngine({ 'POST /images/load': { bytes: Buffer.from('{"stream":"Loaded"}\n') } });
  await imageArchive(docker).load(Readable.from([Buffer.from('a '), Buffer.from('tar')]), signal);
  expect(asked[0]?.body.toString()).toBe('a tar');
});

test('a load that fails after all with status 200 fails', async () => {
  const bytes = Buffer.from(
    '{"stream":"Loading"}\n{"errorDetail":{"message":"unexpected EOF"},"error":"unexpected EOF"}\n',
  );
  const { docker } = await fakeEngine({ 'POST /images/load': { bytes } });
  await expect(imageArchive(docker).load(Readable.from([Buffer.from('a tar')]), signal)).rejects.toThrow(
    /^unexpected EOF$/,
  );
});

test('a tar that breaks off ends the load with its own error', async () => {
  const { docker, asked } = await fakeEngine({ 'POST /images/load': { bytes: Buffer.from('{"stream":"Loaded"}\n') } });
  const error = new Error('it ends early');
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('a t');
    throw error;
  }
  await expect(imageArchive(docker).load(Readable.from(broken()), signal)).rejects.toBe(error);
  expect(asked, 'the engine never got a whole request').toEqual([]);
});
