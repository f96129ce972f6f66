import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { HelloOffer } from '../../../../src/verify/tls-probe/client-hello.js';
import { sendOffer, type OfferAnswer } from '../../../../src/verify/tls-probe/offer.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { listen } from '../support/listen.js';
import { alertRecord, certificateMessage, flight, record, serverHello } from './support/server-bytes.js';

const OFFER: HelloOffer = { version: 'TLS 1.2', suites: [0xc02b, 0xc02c, 0x0005, 0x000a] };
const RC4 = { version: 0x0303, suite: 0x0005 };

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

async function offerTo(server: Server, offer: HelloOffer, timeout = 2000): Promise<OfferAnswer> {
  const { port, close } = await listen(server);
  try {
    return await sendOffer({ host: '127.0.0.1', port, serverName: 'localhost' }, offer, timeout);
  } finally {
    await close();
  }
}

/** Answers the first bytes that come, and whatever `answer` then does. */
const answering = (answer: (socket: Socket) => void): Server =>
  createServer((socket) => socket.on('error', () => undefined).once('data', () => answer(socket)));

const real = (options: TlsOptions, offer: HelloOffer): Promise<OfferAnswer> =>
  offerTo(createTlsServer({ key: identity.server.key, cert: identity.server.certificate, ...options }), offer);

describe('to a real server', () => {
  it('TLS 1.2: the suite, the group and the certificate', async () => {
    expect(await real({ maxVersion: 'TLSv1.2' }, OFFER)).toMatchObject({
      kind: 'flight',
      flight: {
        version: 0x0303,
        group: 0x1d,
        renegotiatesSafely: true,
        compresses: false,
        leaf: expect.any(Buffer) as Buffer,
      },
    });
  });

  it('TLS 1.3', async () => {
    expect(await real({}, { version: 'TLS 1.3', suites: [0x1302] })).toMatchObject({
      kind: 'flight',
      flight: { version: 0x0304, suite: 0x1302, group: 0x1d, isRetry: false },
    });
  });

  it('TLS 1.3 in another group: it asks again', async () => {
    expect(await real({ ecdhCurve: 'P-384' }, { version: 'TLS 1.3', suites: [0x1301] })).toMatchObject({
      kind: 'flight',
      flight: { version: 0x0304, suite: 0x1301, group: 0x18, isRetry: true },
    });
  });

  it('an old version, where it is enabled', async () => {
    const old: HelloOffer = { version: 'TLS 1.0', suites: [0xc009, 0xc00a] };
    const options: TlsOptions = { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' };
    expect(await real(options, old)).toMatchObject({ kind: 'flight', flight: { version: 0x0301 } });
    expect(await real({}, old)).toEqual({ kind: 'alert', code: 70 });
    // It is listed, but OpenSSL signs nothing for it.
    expect(await real({ minVersion: 'TLSv1' }, old)).toMatchObject({ kind: 'alert' });
  });

  it('suites that it does not have', async () => {
    expect(await real({}, { version: 'TLS 1.2', suites: [0x0005, 0x000a] })).toEqual({ kind: 'alert', code: 40 });
  });
});

describe('to a server byte by byte', () => {
  it.each([
    ['SSL 3.0 with 3DES', { version: 0x0300, suite: 0x000a }],
    ['TLS 1.0 with RC4', { version: 0x0301, suite: 0x0005 }],
  ])('%s', async (_name, hello) => {
    const server = answering((socket) => socket.end(flight(hello, certificateMessage(Buffer.from('leaf')))));
    expect(await offerTo(server, OFFER)).toMatchObject({ kind: 'flight', flight: hello });
  });

  it('takes an answer in drips', async () => {
    const server = answering((socket) => {
      void (async () => {
        for (const byte of flight(RC4)) {
          socket.write(Buffer.from([byte]));
          await sleep(1);
        }
      })();
    });
    expect(await offerTo(server, OFFER)).toMatchObject({ kind: 'flight', flight: RC4 });
  });

  it('takes a ServerHello for what it says, whatever was to follow', async () => {
    const half = record(22, serverHello(RC4));
    expect(
      await offerTo(
        answering((socket) => socket.end(half)),
        OFFER,
      ),
    ).toMatchObject({ kind: 'flight' });
    const silent = answering((socket) => socket.write(half));
    expect(await offerTo(silent, OFFER, 100)).toMatchObject({ kind: 'flight', flight: RC4 });
  });

  it.each<[name: string, answer: (socket: Socket) => void, expected: object]>([
    ['an alert', (socket) => socket.end(alertRecord(2, 86)), { kind: 'alert', code: 86 }],
    ['closed', (socket) => socket.end(), { kind: 'closed' }],
    ['reset', (socket) => socket.resetAndDestroy(), { kind: 'closed' }],
    [
      'half a record',
      (socket) => socket.end(flight(RC4).subarray(0, 20)),
      { kind: 'unknown', reason: 'half an answer' },
    ],
    ['silence', () => undefined, { kind: 'unknown', reason: 'no answer within 0.3 s' }],
    [
      'another protocol',
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      { kind: 'unknown', reason: 'no TLS: it begins with "HTTP/1.1 400 Bad"' },
    ],
    [
      'records without end',
      (socket) => {
        const warning = alertRecord(1, 112);
        socket.write(Buffer.concat(Array.from({ length: 40_000 }, () => warning)));
      },
      { kind: 'unknown', reason: 'an answer without an end' },
    ],
  ])('%s', async (_name, answer, expected) => {
    expect(await offerTo(answering(answer), OFFER, 300)).toEqual(expected);
  });

  it('nobody there', async () => {
    const { port, close } = await listen(createServer());
    await close();
    expect(await sendOffer({ host: '127.0.0.1', port, serverName: null }, OFFER)).toEqual({
      kind: 'unknown',
      reason: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});
