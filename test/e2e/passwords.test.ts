import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/http.js';
import { useProject } from '../support/project.js';

// Passwords at the gateway: a yes is remembered for a minute, a no is counted.
const project = useProject();
const WRONG_PER_MINUTE = 5;
let login = '';

beforeAll(async () => {
  await project.configure({
    apis: { v1: {} },
    routes: [{ to: 'v1' }],
    gateway: { passwords: { wrongPerMinute: WRONG_PER_MINUTE } },
  });
  await project.ok('up');
  login = await project.login();
});

const guess = (index: number): Promise<Answer> => project.predict({ login: `admin:wrong-${index}` });

/** A connection to the gateway that says nothing by itself. `answer`: all that comes until it is closed. */
async function openConnection(): Promise<{ send(text: string): void; answer: Promise<string> }> {
  const socket = connect({
    host: '127.0.0.1',
    port: project.ports.https,
    servername: 'localhost',
    ca: await project.file('.fortress/secrets/ca.crt'),
  });
  await once(socket, 'secureConnect');
  return { send: (said) => void socket.write(said), answer: text(socket) };
}

/** Milliseconds. */
async function timeOfNo(ask: () => Promise<Answer>): Promise<number> {
  const startedAt = performance.now();
  expect((await ask()).status).toBe(401);
  return performance.now() - startedAt;
}

/** Counts go by the minute: what is to fall into one begins early enough. */
async function earlyInAMinute(): Promise<void> {
  const second = new Date().getSeconds();
  if (second > 30) await sleep((61 - second) * 1000);
}

it('are kept as a strong hash, which no other file and no label holds', async () => {
  const htpasswd = await project.file('.fortress/secrets/htpasswd');
  expect(htpasswd).toMatch(/^admin:\$6\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{86}\n$/);
});

it('a no takes its time, whether there is such a user or not; who brings none learns it at once', async () => {
  expect(await timeOfNo(() => guess(0))).toBeGreaterThanOrEqual(200);
  expect(await timeOfNo(() => project.predict({ login: 'nobody:wrong' }))).toBeGreaterThanOrEqual(200);
  const { status, headers } = await project.ask({ method: 'POST', path: '/predict' });
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toContain('Basic');
});

describe('too many wrong ones', () => {
  it('get 429, and when to come back; a login that was right goes on, another one must wait', async () => {
    await project.ok('users', 'add', 'bob', '--random');
    await earlyInAMinute();
    expect((await project.predict({ login })).status).toBe(200);
    const answers = await Promise.all(Array.from({ length: 4 * WRONG_PER_MINUTE }, (_, index) => guess(index)));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(WRONG_PER_MINUTE);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers['retry-after']).toBe('60');
    expect(refused?.body).toContain('Too many wrong passwords came from your address.');
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect((await project.predict({ login })).status, 'remembered').toBe(200);
    // A reload with the same password file forgets nobody, else it could not even say that all is well.
    await project.ok('certs', 'renew');
    await sleep(1_500);
    expect((await project.predict({ login })).status, 'through a reload').toBe(200);
    expect((await project.predict({ login: 'bob:whatever' })).status).toBe(429);
  });

  it('are forgotten with the next minute', async () => {
    await expect.poll(async () => (await guess(99)).status, { timeout: 90_000, interval: 5_000 }).toBe(401);
  });
});

it('who is removed is out at once, though a yes was remembered', async () => {
  const { password } = await project.json<{ password: string }>('users', 'add', 'cleo', '--random');
  await expect.poll(async () => (await project.predict({ login: `cleo:${password}` })).status).toBe(200);
  await project.ok('users', 'remove', 'cleo');
  expect((await project.predict({ login: `cleo:${password}` })).status).toBe(401);
});

it('also on a connection that was open before, to a worker of nginx that is on its way out', async () => {
  const { password } = await project.json<{ password: string }>('users', 'add', 'dora', '--random');
  await expect.poll(async () => (await project.predict({ login: `dora:${password}` })).status).toBe(200);
  const connection = await openConnection();
  connection.send(`GET /v2 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic ${btoa(`dora:${password}`)}\r\n`);
  await project.ok('users', 'remove', 'dora');
  await sleep(1_500); // a file of what is remembered is looked at once a second
  connection.send('Connection: close\r\n\r\n');
  expect(await connection.answer).toMatch(/^HTTP\/1\.1 401 /);
});

it.each([
  ['what is no request', 'GARBAGE\r\n\r\n', 400],
  ['a path that is too long', `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 414],
  ['a method that shows what was sent', 'TRACE /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
  [
    'a password of 8,000 letters',
    `GET /v2 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic ${'a'.repeat(8000)}\r\n\r\n`,
    401,
  ],
])('%s gets an error in JSON', async (_, request, status) => {
  const connection = await openConnection();
  connection.send(request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  const answer = await connection.answer;
  expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
  expect(answer.toLowerCase()).toContain('content-type: application/json');
  expect(answer).toContain(`"statusCode":${status}`);
});

/** The status and the body of an answer over HTTP/2. */
async function postOverHttp2(body: string): Promise<{ status: number; body: string }> {
  const session = connectHttp2(`https://localhost:${project.ports.https}`, {
    ca: await project.file('.fortress/secrets/ca.crt'),
  });
  try {
    const authorization = `Basic ${btoa(login)}`;
    const stream = session.request({ ':method': 'POST', ':path': '/predict', authorization });
    const answered = once(stream, 'response');
    stream.end(body);
    const [headers] = (await answered) as [{ ':status': number }];
    return { status: headers[':status'], body: await text(stream) };
  } finally {
    session.destroy();
  }
}

it.each([70_000, 5_000_000])('a client that sends %i bytes gets to read that it is too much', async (bytes) => {
  const body = ' '.repeat(bytes);
  const question = { method: 'POST', login, headers: { 'content-type': 'application/json' }, body };
  const answers = [
    await project.ask({ path: '/predict', ...question }),
    await project.ask({ path: '/nothing/here', ...question }),
    await postOverHttp2(body),
  ];
  expect(answers.map(({ status }) => status)).toEqual([413, 413, 413]);
  for (const answer of answers) expect(answer.body).toContain('The body is larger than 64k.');
});

it('may be kept as Apache does', async () => {
  await project.edit([/"wrongPerMinute"/, '"hash": "apr1", "wrongPerMinute"']);
  await project.ok('up');
  expect(await project.file('.fortress/secrets/htpasswd')).toMatch(/^admin:\$apr1\$/m);
  expect((await project.predict({ login })).status).toBe(200);
});

it('an unknown host is refused with those that there are', async () => {
  const { status, body } = await project.ask({ path: '/predict', login, headers: { host: 'evil.example' } });
  expect(status).toBe(421);
  expect(body).toContain('This gateway answers for localhost, 127.0.0.1 only.');
});

/** Milliseconds; longer than a yes is remembered. */
const LONG = 75_000;

it('somebody who guesses on and on does not lock a good client of the same address out', async () => {
  await expect
    .poll(async () => (await project.predict({ login })).status, { timeout: 90_000, interval: 5_000 })
    .toBe(200);
  const statuses = { guesses: new Set<number>(), good: new Set<number>() };
  // Many at a time, so that they are too many however slow this machine is.
  for (const end = performance.now() + LONG; performance.now() < end; await sleep(400)) {
    const guesses = await Promise.all(Array.from({ length: 20 }, (_, index) => guess(index)));
    for (const { status } of guesses) statuses.guesses.add(status);
    statuses.good.add((await project.predict({ login })).status);
  }
  expect(statuses).toEqual({ guesses: new Set([401, 429]), good: new Set([200]) });
});
