import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openTarget, type Target } from '../../../src/verify/target.js';
import { listen, type Listening } from './support/listen.js';
import { makeSpec } from './support/spec.js';

const MEBIBYTE = 1024 ** 2;
let server: Listening;
let target: Target;
afterEach(async () => {
  await target.close();
  await server.close();
});

/** A server that says so much, in pieces, and a target that it is the gateway or another service of. */
async function saying(mebibytes: number, role: 'gateway' | 'other'): Promise<string> {
  server = await listen(
    createServer((_request, response) => {
      for (let sent = 0; sent < mebibytes; sent += 1) response.write('x'.repeat(MEBIBYTE));
      response.end();
    }),
  );
  const origin = `http://127.0.0.1:${server.port}`;
  target = openTarget(makeSpec({ rateLimit: null, ...(role === 'gateway' ? { https: origin } : {}) }), { pace: 1 });
  return origin;
}

describe('an answer without an end', () => {
  it.each([
    ['gateway', 2],
    ['other', 9],
  ] as const)('of a %s is a connection error, with words', async (role, mebibytes) => {
    const origin = await saying(mebibytes, role);
    const reply = await target.askNow({ origin, path: '/' });
    expect(reply).toMatchObject({ status: null, body: '', error: expect.stringContaining('too long') as string });
    expect(reply.exchange.response).toEqual({ error: reply.error });
  });

  it('is cut off on a socket of its own too', async () => {
    await saying(2, 'gateway');
    const socket = target.openSocket();
    expect(await socket.ask({ path: '/' })).toMatchObject({ errorCode: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
    await socket.close();
  });

  it('is not what monitoring has to say', async () => {
    const origin = await saying(7, 'other');
    const reply = await target.askNow({ origin, path: '/' });
    expect(reply.body).toHaveLength(7 * MEBIBYTE);
    expect(await target.askNow({ origin, path: '/' })).toMatchObject({ status: 200 });
  });
});
