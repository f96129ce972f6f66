import { createServer } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { predictionRequest } from '../../../src/verify/prediction.js';
import { isUntrusted } from '../../../src/verify/reply.js';
import { openTarget, type Target, type TargetSpec } from '../../../src/verify/target.js';
import { makeIdentity, type Identity } from './support/certificates.js';
import { startGateway } from './support/fake-gateway.js';
import { listen } from './support/listen.js';

let identity: Identity;
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(async () => {
  identity = await makeIdentity();
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function open(changes: Partial<TargetSpec> = {}, pace = 1): Promise<Target> {
  const gateway = await startGateway(identity);
  const target = openTarget({ ...gateway.spec, ...changes }, { pace });
  cleanUps.push(target.close, gateway.close);
  return target;
}

const paceFor = async (requestsPerSecond: number): Promise<number> => {
  const { spec, close } = await startGateway(identity);
  cleanUps.push(close);
  return openTarget({ ...spec, rateLimit: { requestsPerSecond, burst: 0, status: 503 } }).pace;
};

describe('openTarget', () => {
  it('asks and records, with credentials masked', async () => {
    const target = await open();
    const reply = await target.ask(predictionRequest(target.spec));
    expect(reply).toMatchObject({ status: 200, error: null });
    expect(reply.exchange.request.headers['Authorization']).toBe('Basic ***');
    expect(JSON.stringify(reply.exchange)).not.toContain(target.spec.password);
    expect(target.answered()).toBe(1);
  });

  it('records the address that it connected to instead of the host', async () => {
    const target = await open();
    expect((await target.ask({ path: '/' })).exchange.request).toMatchObject({ via: '127.0.0.1' });
    const direct = await target.askNow({ origin: 'http://127.0.0.1:1', path: '/' });
    expect(direct.exchange.request).not.toHaveProperty('via');
  });

  it('masks credentials that an answer echoes', async () => {
    const echo = await listen(
      createServer((request, response) =>
        response.end(`you sent ${request.headers.authorization}, correct-horse-battery`),
      ),
    );
    cleanUps.push(echo.close);
    const target = await open();
    const reply = await target.askNow({ origin: `http://127.0.0.1:${echo.port}`, path: '/', auth: target.spec });
    expect(reply.exchange.response).toMatchObject({ body: 'you sent Basic ***, ***' });
  });

  it('does not reject when nobody listens', async () => {
    const target = await open({ https: 'https://localhost:1' });
    const reply = await target.ask({ path: '/' });
    expect(reply).toMatchObject({ status: null, errorCode: 'ECONNREFUSED' });
    expect(target.answered()).toBe(0);
  });

  it('trusts the given CA and nothing else', async () => {
    const target = await open({ ca: (await makeIdentity()).ca });
    const reply = await target.ask({ path: '/' });
    expect(reply.status).toBeNull();
    expect(isUntrusted(reply)).toBe(true);
  });

  it('lets every certificate pass where no CA is known', async () => {
    const target = await open({ ca: null });
    expect((await target.ask(predictionRequest(target.spec))).status).toBe(200);
  });

  it('checks the certificate against the declared host, whatever address it connects to', async () => {
    const elsewhere = await open();
    const { port } = new URL(elsewhere.spec.https);
    const reply = await elsewhere.askNow({ origin: `https://elsewhere.test:${port}`, path: '/', via: '127.0.0.1' });
    expect(reply.errorCode).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('says what it waited for when no answer comes', async () => {
    const silent = await listen(createServer(() => undefined));
    cleanUps.push(silent.close);
    const target = await open();
    const asking = target.askNow({ origin: `http://127.0.0.1:${silent.port}`, path: '/', timeout: 100 });
    expect((await asking).error).toBe('no answer within 0.1 s');
  });

  it('keeps paced requests apart and lets others pass', async () => {
    const target = await open({}, 60);
    const begin = performance.now();
    await target.askNow({ path: '/' });
    const replies = await Promise.all([
      target.ask({ path: '/' }),
      target.ask({ path: '/' }),
      target.ask({ path: '/' }),
    ]);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(100);
    expect(target.idle()).toBe(true);
    const gaps = replies.slice(1).map(({ sentAt }, index) => sentAt - (replies[index]?.sentAt ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(45);
  });

  it('takes its pace from the promised rate', async () => {
    expect(await paceFor(10)).toBe(150);
    expect(await paceFor(2)).toBe(750);
  });

  it('asks more slowly once it was rejected', async () => {
    const limit = { rate: 1, burst: 0 };
    const gateway = await startGateway(identity, { limit });
    const target = openTarget(gateway.spec);
    cleanUps.push(target.close, gateway.close);
    await target.ask(predictionRequest(target.spec));
    expect(target.pace).toBe(150);
    await target.ask(predictionRequest(target.spec));
    expect(target.pace).toBe(250);
  });

  it('connects from another address of this machine where it is told to', async () => {
    const seen: (string | undefined)[] = [];
    const server = await listen(
      createServer((request, response) => response.end(String(seen.push(request.socket.remoteAddress)))),
    );
    cleanUps.push(server.close);
    const target = await open();
    const request = { origin: `http://127.0.0.1:${server.port}`, path: '/' };
    await target.askNow(request);
    await target.askNow({ ...request, from: '127.0.0.2' });
    expect(seen).toEqual(['127.0.0.1', '127.0.0.2']);
  });

  it('holds one socket where one is wanted', async () => {
    const target = await open();
    const socket = target.openSocket();
    for (let index = 0; index < 5; index += 1) await socket.ask(predictionRequest(target.spec));
    expect(socket.connections()).toBe(1);
    await socket.close();
    expect(target.answered()).toBe(5);
  });
});
