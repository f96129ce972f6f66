import { setTimeout as sleep } from 'node:timers/promises';
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
