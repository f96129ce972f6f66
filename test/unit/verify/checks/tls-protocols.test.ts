import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../../src/verify/check.js';
import { judgeVersions, tlsProtocols } from '../../../../src/verify/checks/tls-protocols.js';
import { openTarget } from '../../../../src/verify/target.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { startGateway } from '../support/fake-gateway.js';
import { listen, type Listening } from '../support/listen.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

async function judge(server: Listening): Promise<CheckResult> {
  const { spec, close } = await startGateway(identity);
  const target = openTarget({ ...spec, https: `https://localhost:${server.port}` });
  try {
    return await tlsProtocols.run(target);
  } finally {
    await Promise.all([target.close(), server.close(), close()]);
  }
}

const serving = async (options: ServerOptions): Promise<Listening> =>
  listen(createHttpsServer({ key: identity.server.key, cert: identity.server.certificate, ...options }));

/** A TLS alert record: level fatal, and what for. */
const alert = (description: number): Buffer => Buffer.from([0x15, 3, 1, 0, 2, 2, description]);

const hangingUp = async (farewell: (socket: Socket) => void): Promise<Listening> =>
  listen(createServer((socket) => socket.on('error', () => undefined).once('data', () => farewell(socket))));

const EVERYTHING = 'DEFAULT:@SECLEVEL=0';

describe('tls.protocols', () => {
  it.each<[name: string, options: ServerOptions]>([
    ['1.2 and 1.3', { minVersion: 'TLSv1.2' }],
    ['1.3 only', { minVersion: 'TLSv1.3' }],
    ['1.2 only', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }],
  ])('passes %s', async (_name, options) => {
    expect((await judge(await serving(options))).verdict).toBe('pass');
  });

  it.each<[name: string, options: ServerOptions, unmet: string[]]>([
    ['TLS 1.0 and later', { minVersion: 'TLSv1' }, ['TLS 1.0 is refused', 'TLS 1.1 is refused']],
    ['TLS 1.1 and later', { minVersion: 'TLSv1.1' }, ['TLS 1.1 is refused']],
    [
      'TLS 1.0 only',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1' },
      ['TLS 1.0 is refused', 'TLS 1.2 or TLS 1.3 is accepted'],
    ],
  ])('fails %s', async (_name, options, unmet) => {
    const { verdict, expectations } = await judge(await serving({ ...options, ciphers: EVERYTHING }));
    expect(verdict).toBe('fail');
    expect(expectations.filter(({ ok }) => !ok).map(({ expected }) => expected)).toEqual(unmet);
  });

  it('fails a server that refuses every version', async () => {
    expect((await judge(await hangingUp((socket) => socket.end(alert(70))))).verdict).toBe('fail');
  });

  it.each<[name: string, farewell: (socket: Socket) => void, facts: RegExp]>([
    ['another alert', (socket) => socket.end(alert(40)), /not known: .*handshake failure/],
    ['a closed connection', (socket) => socket.destroy(), /not known: .*(disconnected|ECONNRESET)/],
    ['something that is no TLS', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), /not known: /],
  ])('takes %s for no refusal', async (_name, farewell, facts) => {
    const result = await judge(await hangingUp(farewell));
    expect(result.verdict).toBe('inconclusive');
    expect(result.facts?.['TLS 1.0']).toMatch(facts);
  });

  it('cannot tell where a listed version breaks at something else', async () => {
    // OpenSSL's usual security level: version 1.0 is agreed on, and then nothing may be signed.
    const result = await judge(await serving({ minVersion: 'TLSv1' }));
    expect(result).toMatchObject({ verdict: 'inconclusive', hint: expect.stringContaining('ssl_protocols') as string });
  });
});

describe('judgeVersions', () => {
  const fine = { TLSv1: 'refused', 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted', 'TLSv1.3': 'accepted' } as const;
  const unknown = { unknown: 'no protocols available' };

  it.each(['TLSv1', 'TLSv1.1'] as const)('never passes where %s could not be offered', (version) => {
    expect(judgeVersions({ ...fine, [version]: unknown })).toMatchObject({
      verdict: 'inconclusive',
      summary: expect.stringContaining('no protocols available') as string,
    });
  });

  it('fails one old version whatever is known of the other', () => {
    expect(judgeVersions({ ...fine, TLSv1: unknown, 'TLSv1.1': 'accepted' }).verdict).toBe('fail');
  });

  it('needs one current version, not both', () => {
    expect(judgeVersions({ ...fine, 'TLSv1.3': unknown }).verdict).toBe('pass');
    expect(judgeVersions({ ...fine, 'TLSv1.2': 'refused', 'TLSv1.3': unknown }).verdict).toBe('inconclusive');
  });
});
