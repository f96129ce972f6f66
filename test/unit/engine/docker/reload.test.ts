import { expect, test } from 'vitest';
import { packText } from '../../../../src/engine/docker/archive.js';
import { reloadFiles } from '../../../../src/engine/docker/reload.js';
import { ExitCode } from '../../../../src/errors.js';
import type { ServiceFile } from '../../../../src/stack/stack.js';
import { example, serviceOf } from '../../stack/example.js';
import { fakeEngine, frame, type FakeEngine } from './fake-engine.js';

const gateway = serviceOf(example().stack, 'gateway');
const FILES: ServiceFile[] = [{ path: 'nginx.conf', content: 'NEW', hash: 'new hash', secret: false }];

const top = (...workers: number[]): object => ({
  Titles: ['UID', 'PID', 'CMD'],
  Processes: [
    ['101', '1', 'nginx: master process nginx'],
    ...workers.map((pid) => ['101', String(pid), 'nginx: worker process']),
  ],
});

/** An engine with a running gateway whose `nginx -t` ends like this. */
async function engineWithTest(exitCode: number, output: string): Promise<FakeEngine> {
  const engine = await fakeEngine({
    'PUT /containers/gw/archive': {},
    'GET /containers/gw/archive': { bytes: await packText('current/nginx.conf', 'OLD') },
    'POST /containers/gw/exec': { status: 201, json: { Id: 'exec' } },
    'POST /exec/exec/start': { bytes: frame(output, 2) },
    'GET /exec/exec/json': { json: { ExitCode: exitCode } },
    'GET /containers/gw/top': { json: top(7, 8) },
  });
  engine.answers['POST /containers/gw/kill'] = (_, response) => {
    engine.answers['GET /containers/gw/top'] = { json: top(8, 9, 10) };
    response.writeHead(204).end();
  };
  return engine;
}

/** The steps, with the folder that an upload goes to. */
const steps = ({ asked }: FakeEngine): string[] =>
  asked.map(({ call, body }) => {
    if (!call.endsWith('/archive')) return call;
    if (call.startsWith('GET')) return call;
    return `upload ${/^(current|next)\//.exec(body.toString('latin1'))?.[1] ?? 'manifest'}`;
  });

test('tests the new files inside the container, puts them in place, signals, sees new workers, and records it last', async () => {
  const engine = await engineWithTest(0, 'syntax is ok');
  await reloadFiles(engine.docker, 'gw', gateway, FILES);
  expect(steps(engine)).toEqual([
    'upload next',
    'POST /containers/gw/exec',
    'POST /exec/exec/start',
    'GET /exec/exec/json',
    'GET /containers/gw/archive',
    'upload manifest',
    'upload current',
    'GET /containers/gw/top',
    'POST /containers/gw/kill',
    'GET /containers/gw/top',
    'upload manifest',
  ]);
  const exec = engine.asked.find(({ call }) => call === 'POST /containers/gw/exec');
  expect(JSON.parse(String(exec?.body))).toMatchObject({
    Cmd: expect.arrayContaining(['-t', '/etc/fortress/next/nginx.conf']) as string[],
  });
  expect(engine.asked.find(({ call }) => call.endsWith('/kill'))?.query.get('signal')).toBe('SIGHUP');
});

test('while it is under way nothing is recorded: when it is cut off, the next run does it again', async () => {
  const engine = await engineWithTest(0, 'syntax is ok');
  await reloadFiles(engine.docker, 'gw', gateway, FILES);
  const records = engine.asked
    .filter(({ call, body }) => call.startsWith('PUT') && body.includes('manifest.json'))
    .map(({ body }) => /\{[^}]*\}/.exec(body.toString('latin1'))?.[0]);
  expect(records).toEqual(['{}', '{"nginx.conf":"new hash"}']);
});

test('when the signal gets lost, the old files are put back and nothing is recorded', async () => {
  const engine = await engineWithTest(0, 'syntax is ok');
  engine.answers['POST /containers/gw/kill'] = { status: 500, json: { message: 'cannot kill' } };
  await expect(reloadFiles(engine.docker, 'gw', gateway, FILES)).rejects.toThrow('cannot kill');
  const uploads = engine.asked.filter(({ call }) => call === 'PUT /containers/gw/archive');
  expect(String(uploads.at(-1)?.body)).toContain('OLD');
  expect(uploads.some(({ body }) => body.includes('new hash'))).toBe(false);
});

test('when the test says no, nothing but the staged files has changed, and the error has its words', async () => {
  const engine = await engineWithTest(1, 'nginx: [emerg] unknown directive "lissten"\n');
  await expect(reloadFiles(engine.docker, 'gw', gateway, FILES)).rejects.toMatchObject({
    code: 'RELOAD_REFUSED',
    exitCode: ExitCode.failed,
    message: 'gw refused its new files; it goes on with the old ones',
    why: 'nginx: [emerg] unknown directive "lissten"',
  });
  expect(steps(engine).filter((step) => step.startsWith('upload') || step.endsWith('kill'))).toEqual(['upload next']);
});

test('a service that cannot reload is a mistake of ours', async () => {
  const engine = await fakeEngine();
  await expect(reloadFiles(engine.docker, 'x', serviceOf(example().stack, 'api-v1'), FILES)).rejects.toThrow(TypeError);
  expect(engine.asked).toEqual([]);
});
