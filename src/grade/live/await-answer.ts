import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { messageOf } from '../../errors.js';
import { basicToken } from '../../verify/masking.js';

export interface Answer {
  /** `NAME:PASSWORD` that the gateway takes; null: none of them. */
  account: string | null;
  /** The last status; null: nobody answered. */
  status: number | null;
  /** What came back instead of a prediction. */
  found: string;
}

interface Question {
  url: string;
  path: string;
  field: string;
  /** Tried in order. */
  accounts: string[];
  /** Milliseconds. */
  timeout: number;
  signal: AbortSignal;
}

/** Between two questions; slow enough for any rate limit that lets people work. */
const PACE = 500;
const ANSWER_TIMEOUT = 5_000;

/** Asks for a prediction until one comes, no account is taken, or time is up. */
export async function awaitAnswer({ url, path, field, accounts, timeout, signal }: Question): Promise<Answer> {
  // Whom to trust is asked later, by a check of its own.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false, timeout: ANSWER_TIMEOUT } });
  const until = performance.now() + timeout;
  const answer: Answer = { account: null, status: null, found: 'nothing answered' };
  try {
    do {
      for (const account of accounts) {
        Object.assign(answer, await ask(new URL(path, url), field, account, dispatcher));
        if (answer.status === 200) return { ...answer, account };
        await sleep(PACE, undefined, { signal });
      }
      // Waiting would not make a wrong password right.
    } while (answer.status !== 401 && performance.now() < until);
    return answer;
  } finally {
    await dispatcher.destroy();
  }
}

async function ask(
  url: URL,
  field: string,
  account: string,
  dispatcher: Agent,
): Promise<Pick<Answer, 'status' | 'found'>> {
  const colon = account.indexOf(':');
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      dispatcher,
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${basicToken(account.slice(0, colon), account.slice(colon + 1))}`,
      },
      body: JSON.stringify({ [field]: 'Oh yeah, that was soooo cool!' }),
      headersTimeout: ANSWER_TIMEOUT,
      bodyTimeout: ANSWER_TIMEOUT,
    });
    await body.dump();
    return { status: statusCode, found: `${url.href} answered ${statusCode}` };
  } catch (error) {
    return { status: null, found: `${url.href}: ${messageOf(error)}` };
  }
}
