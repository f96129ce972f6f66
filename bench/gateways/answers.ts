import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, operationError } from '../../src/errors.js';
import { BODY } from './client.js';
import type { Contender } from './contenders.js';

/** What the backends say: `v2` is the one for the group "debug". */
export const ANSWERS = { v1: { 'prediction value': 'love' }, v2: { 'prediction value': 'debug' } } as const;

/** Whom to ask, and how. */
export interface Door {
  address: string;
  /** PEM. */
  ca: string;
  /** `name:password` */
  login: string;
}

interface Answer {
  status: number;
  body: string;
}

/** Milliseconds: of one answer, and until a gateway that has just been started serves. */
const TIMEOUT = 2000;
const PATIENCE = 10_000;

/**
 * Makes sure that a gateway does all that it is measured for.
 * @throws FortressError (exit 1) with what it answered instead
 */
export async function assertWorks({ name, title, guarded }: Contender, door: Door): Promise<void> {
  const ask = (login: string, headers = {}): Promise<Answer> => askOnce(name, { ...door, login }, headers);
  await untilServing(() => ask(door.login));
  const debug = await ask(door.login, { 'X-Experiment-Group': 'debug' });
  const other = await ask(door.login, { 'X-Experiment-Group': 'debugger' });
  const refused = guarded ? await ask(`${door.login}x`) : null;
  expect(title, 'the right password', await ask(door.login), { status: 200, body: JSON.stringify(ANSWERS.v1) });
  expect(title, 'X-Experiment-Group: debug', debug, { status: 200, body: JSON.stringify(ANSWERS.v2) });
  expect(title, 'X-Experiment-Group: debugger', other, { status: 200, body: JSON.stringify(ANSWERS.v1) });
  if (refused) expect(title, 'a wrong password', refused, { status: 401, body: refused.body });
}

function expect(title: string, question: string, found: Answer, wanted: Answer): void {
  if (found.status === wanted.status && found.body === wanted.body) return;
  throw operationError('WRONG_ANSWER', `${title}: wrong answer to ${question}`, {
    why: `found ${found.status} ${found.body}; expected ${wanted.status} ${wanted.body}`,
  });
}

async function untilServing(ask: () => Promise<Answer>): Promise<void> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > end)
        throw operationError('NOT_SERVING', 'a gateway does not serve', { why: messageOf(error) });
      await sleep(100);
    }
  }
}

/** One prediction on a connection of its own. */
const askOnce = (name: string, { address, ca, login }: Door, headers: Record<string, string>): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = { host: address, servername: name, path: '/predict', method: 'POST', ca, auth: login };
    const outgoing = request(
      {
        ...options,
        headers: { host: name, 'content-type': 'application/json', ...headers },
        agent: false,
        timeout: TIMEOUT,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT} ms`)));
    outgoing.once('error', reject);
    outgoing.end(BODY);
  });
