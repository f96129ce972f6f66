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
async function engineWithTest(exitCode: number, output: string, signalFails = false): Promise<FakeEngine> {
  const engine = await fakeEngine({
    'PUT /containers/gw/archive': {},
    'GET /containers/gw/archive': { bytes: await packText('current/nginx.conf', 'OLD') },
    'POST /exec/exec/start': { bytes: frame(output, 2) },
    'GET /containers/gw/top': { json: top(7, 8) },
  });
  const exitCodes = { test: exitCode, signal: signalFails ? 1 : 0 };
  engine.answers['POST /containers/gw/exec'] = ({ body }, response) => {
    const purpose = purposeOf(body);
    if (purpose === 'signal HUP' && !signalFails) engine.answers['GET /containers/gw/top'] = { json: top(8, 9, 10) };
    const ended = purpose === 'test' ? exitCodes.test : purpose.startsWith('signal') ? exitCodes.signal : 0;
    engine.answers['GET /exec/exec/json'] = { json: { ExitCode: ended } };
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"Id":"exec"}');
  };
  return engine;
}

/** The steps, with the folder that an upload goes to, and what a command inside the container is for. */
const steps = ({ asked }: FakeEngine): string[] =>
  asked.flatMap(({ call, body }) => {
    if (/^(?:POST|GET) \/exec\//.test(call)) return [];
    if (call.endsWith('/exec')) return [`run ${purposeOf(body)}`];
    if (!call.endsWith('/archive') || call.startsWith('GET')) return [call];
    return [`upload ${/^(current|next)\//.exec(body.toString('latin1'))?.[1] ?? 'manifest'}`];
  });

function purposeOf(body: Buffer): string {
  const { Cmd, User } = JSON.parse(String(body)) as { Cmd: string[]; User?: string };
  const command = Cmd.join(' ');
  if (command.includes('mv -f')) return `exchange of ${Cmd.slice(4).join(', ')} as ${User}`;
  if (command.includes('/tmp/closing')) return command.startsWith('sh -c rm') ? 'end of closing' : 'closing';
  if (command.includes('kill -s')) return `signal ${command.split(' ').at(-2)}`;
  return command.includes('-t') ? 'test' : command;
}

test('tests the new files inside the container, puts them in place, signals, sees new workers, and records it last', async () => {
  const engine = await engineWithTest(0, 'syntax is ok');
  await reloadFiles(engine.docker, 'gw', gateway, FILES);
  expect(steps(engine)).toEqual([
    'upload next',
    'run test',
    'GET /containers/gw/archive',
    'upload manifest',
    'run exchange of nginx.conf as 0:0',
    'GET /containers/gw/top',
    'run closing',
    'run signal HUP',
    'GET /containers/gw/top',
    'run end of closing',
    'upload manifest',
  ]);
  const exec = engine.asked.find(({ call }) => call === 'POST /containers/gw/exec');
  expect(JSON.parse(String(exec?.body))).toMatchObject({
    Cmd: expect.arrayContaining(['-t', '/etc/fortress/next/nginx.conf']) as string[],
  });
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
  const engine = await engineWithTest(0, 'no such process', true);
  await expect(reloadFiles(engine.docker, 'gw', gateway, FILES)).rejects.toMatchObject({ why: 'no such process' });
  const uploads = engine.asked.filter(({ call }) => call === 'PUT /containers/gw/archive');
  expect(String(uploads.at(-1)?.body)).toContain('OLD');
  expect(steps(engine).slice(-2)).toEqual(['run exchange of nginx.conf as 0:0', 'run signal HUP']);
  expect(uploads.some(({ body }) => body.includes('new hash'))).toBe(false);
});

test('when clients cannot be told, it says so, and the old files are put back', async () => {
  const engine = await engineWithTest(0, 'no sh here');
  const answer = engine.answers['POST /containers/gw/exec'];
  engine.answers['POST /containers/gw/exec'] = (asked, response) => {
    if (typeof answer === 'function') answer(asked, response);
    if (purposeOf(asked.body) === 'closing') engine.answers['GET /exec/exec/json'] = { json: { ExitCode: 127 } };
  };
  await expect(reloadFiles(engine.docker, 'gw', gateway, FILES)).rejects.toMatchObject({
    message: 'gw could not tell its clients to come back',
    why: 'no sh here',
  });
  expect(steps(engine).slice(-2)).toEqual(['run exchange of nginx.conf as 0:0', 'run signal HUP']);
});

test('when the test says no, nothing but the staged files has changed, and the error has its words', async () => {
  const engine = await engineWithTest(1, 'nginx: [emerg] unknown directive "lissten"\n');
  await expect(reloadFiles(engine.docker, 'gw', gateway, FILES)).rejects.toMatchObject({
    code: 'RELOAD_REFUSED',
    exitCode: ExitCode.failed,
    message: 'gw refused its new files; it goes on with the old ones',
    why: 'nginx: [emerg] unknown directive "lissten"',
  });
  expect(steps(engine).filter((step) => /^(?:upload|run signal)/.test(step))).toEqual(['upload next']);
});

test('a service that cannot reload is a mistake of ours', async () => {
  const engine = await fakeEngine();
  await expect(reloadFiles(engine.docker, 'x', serviceOf(example().stack, 'api-v1'), FILES)).rejects.toThrow(TypeError);
  expect(engine.asked).toEqual([]);
});
