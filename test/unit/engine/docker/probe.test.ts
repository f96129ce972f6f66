import { expect, test } from 'vitest';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { createProbe } from '../../../../src/engine/docker/probe.js';
import { fakeEngine, frame } from './fake-engine.js';

const SINCE = new Date('2026-11-23T10:01:00Z');

test('the output of a container, with time for a clock that is behind', async () => {
  const { docker, asked } = await fakeEngine({
    'GET /containers/x/logs': { bytes: Buffer.concat([frame('out\n'), frame('err\n', 2)]) },
  });
  expect(await createProbe(docker).logsSince('x', SINCE)).toBe('out\nerr\n');
  expect(Object.fromEntries(asked[0]?.query ?? [])).toMatchObject({
    stdout: 'true',
    stderr: 'true',
    since: String(Date.parse('2026-11-23T10:00:30Z') / 1000),
  });
});

test('the output of a container up to a moment', async () => {
  const { docker, asked } = await fakeEngine({ 'GET /containers/x/logs': { bytes: frame('out\n') } });
  await createProbe(docker).logsSince('x', SINCE, new Date('2026-11-23T10:02:00Z'));
  expect(asked[0]?.query.get('until')).toBe(String(Date.parse('2026-11-23T10:02:30Z') / 1000));
});

test('what the engine shows of a container and of its image', async () => {
  const { docker } = await fakeEngine({
    'GET /containers/x/json': { json: { Image: 'sha256:i', Config: { Env: ['A=1'], Labels: { note: 'hidden' } } } },
    'GET /images/sha256:i/json': { json: { Author: 'ann' } },
    'GET /images/sha256:i/history': { json: [{ CreatedBy: 'RUN make' }] },
  });
  const { environment, container, image } = await createProbe(docker).shown('x');
  expect(environment).toEqual(['A=1']);
  expect(container).toContain('"note":"hidden"');
  expect(JSON.parse(image)).toEqual([{ Author: 'ann' }, [{ CreatedBy: 'RUN make' }]]);
});

test('the output of a container with a terminal, and of one that said nothing', async () => {
  const { docker, answers } = await fakeEngine({ 'GET /containers/x/logs': { bytes: Buffer.from('INFO: plain\n') } });
  expect(await createProbe(docker).logsSince('x', SINCE)).toBe('INFO: plain\n');
  answers['GET /containers/x/logs'] = { bytes: Buffer.alloc(0) };
  expect(await createProbe(docker).logsSince('x', SINCE)).toBe('');
});

test('packets of all interfaces', async () => {
  const { docker, answers, asked } = await fakeEngine({
    'GET /containers/x/stats': { json: { networks: { eth0: { rx_packets: 5 }, eth1: { rx_packets: 7 } } } },
  });
  expect(await createProbe(docker).receivedPackets('x')).toBe(12);
  expect(Object.fromEntries(asked[0]?.query ?? [])).toEqual({ stream: 'false', 'one-shot': 'true' });
  answers['GET /containers/x/stats'] = { json: {} };
  expect(await createProbe(docker).receivedPackets('x')).toBe(0);
});

test('all files below a path; nothing where there is none', async () => {
  const archive = pack();
  archive.entry({ name: 'nginx/', type: 'directory' });
  archive.entry({ name: 'nginx/nginx.conf' }, 'include conf.d/*;');
  archive.entry({ name: 'nginx/conf.d/a.conf' }, 'ip_hash;');
  archive.finalize();
  const { docker } = await fakeEngine({ 'GET /containers/x/archive': { bytes: await buffer(archive) } });
  const { readText } = createProbe(docker);
  expect(await readText?.('x', '/etc/nginx')).toBe('include conf.d/*;\nip_hash;');
  expect(await readText?.('gone', '/etc/nginx')).toBe('');
});

test('when a container was started, and that it is gone', async () => {
  const { docker } = await fakeEngine({ 'GET /containers/x/json': { json: { State: { StartedAt: 'then' } } } });
  const { startedAt } = createProbe(docker);
  expect(await startedAt?.('x')).toBe('then');
  expect(await startedAt?.('gone')).toBeNull();
});
