import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { awaitAnswer } from '../../../../src/grade/live/await-answer.js';
import { basicToken } from '../../../../src/verify/masking.js';

let close = (): void => {};
afterEach(() => close());

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  close = () => void server.close();
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const question = { path: '/predict', field: 'sentence', timeout: 5_000, signal: AbortSignal.timeout(20_000) };

it('tries the accounts in order', async () => {
  const url = await serve(({ headers }, response) => {
    response.statusCode = headers.authorization === `Basic ${basicToken('b', 'x:y')}` ? 200 : 401;
    response.end();
  });
  expect(await awaitAnswer({ ...question, url, accounts: ['a:1', 'b:x:y', 'c:1'] })).toMatchObject({
    account: 'b:x:y',
    status: 200,
  });
});

it('does not wait for a wrong password to become right', async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked += 1;
    response.writeHead(401).end();
  });
  expect(await awaitAnswer({ ...question, url, accounts: ['a:1'] })).toMatchObject({ account: null, status: 401 });
  expect(asked).toBe(1);
});

it('waits for what is not ready yet', async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked += 1;
    response.writeHead(asked < 3 ? 502 : 200).end();
  });
  expect(await awaitAnswer({ ...question, url, accounts: ['a:1'] })).toMatchObject({ account: 'a:1' });
});

it('gives up in the end, with what it last saw', async () => {
  const url = await serve((_request, response) => response.writeHead(502).end());
  expect(await awaitAnswer({ ...question, url, accounts: ['a:1'], timeout: 0 })).toMatchObject({
    account: null,
    status: 502,
    found: expect.stringContaining('answered 502') as string,
  });
  const silent = await awaitAnswer({ ...question, url: 'http://127.0.0.1:1', accounts: ['a:1'], timeout: 0 });
  expect(silent).toMatchObject({ account: null, status: null });
});

it('stops with the signal', async () => {
  const url = await serve((_request, response) => response.writeHead(502).end());
  const signal = AbortSignal.timeout(50);
  await expect(awaitAnswer({ ...question, url, accounts: ['a:1'], timeout: 60_000, signal })).rejects.toThrow(
    'aborted',
  );
});
