import { describe, expect, it } from 'vitest';
import { readBytes } from '../../../../src/verify/tls-probe/byte-reader.js';
import { buildClientHello } from '../../../../src/verify/tls-probe/client-hello.js';
import type { ProtocolVersion } from '../../../../src/verify/tls-probe/protocol-versions.js';

const secrets = { random: Buffer.alloc(32, 1), keyShare: Buffer.alloc(32, 2) };

/** Takes a hello apart, and insists that every length fits. */
function takeApart(version: ProtocolVersion, suites: number[], serverName: string | null = 'localhost') {
  const outer = readBytes(buildClientHello({ version, suites }, serverName, secrets));
  const type = outer.uint(1);
  const recordVersion = outer.uint(2);
  const handshake = readBytes(outer.vector(2));
  const message = handshake.uint(1);
  const body = readBytes(handshake.vector(3));
  expect([type, message, outer.left(), handshake.left()]).toEqual([22, 1, 0, 0]);
  const parts = { version: body.uint(2), random: body.bytes(32), session: body.vector(1) };
  const offered = body.vector(2).toString('hex').match(/.{4}/g);
  const compression = [...body.vector(1)];
  const extensions = new Map<number, string>();
  if (body.left() > 0) {
    const list = readBytes(body.vector(2));
    while (list.left() > 0) extensions.set(list.uint(2), list.vector(2).toString('hex'));
  }
  expect(body.left()).toBe(0);
  return { recordVersion, ...parts, offered, compression, extensions };
}

describe('buildClientHello', () => {
  it('offers SSL 3.0 without extensions, which it does not know', () => {
    const hello = takeApart('SSL 3.0', [0x000a]);
    expect(hello).toMatchObject({ recordVersion: 0x0300, version: 0x0300, offered: ['000a', '00ff'] });
    expect(hello.extensions.size).toBe(0);
  });

  it.each<[ProtocolVersion, number]>([
    ['TLS 1.0', 0x0301],
    ['TLS 1.1', 0x0302],
    ['TLS 1.2', 0x0303],
  ])('offers %s in the plain way, with compression', (version, code) => {
    const hello = takeApart(version, [0xc02b, 0x0005]);
    expect(hello).toMatchObject({
      recordVersion: 0x0301,
      version: code,
      random: secrets.random,
      offered: ['c02b', '0005', '00ff'],
      compression: [1, 0],
    });
    expect([...hello.extensions.keys()]).toEqual([0, 10, 11, ...(version === 'TLS 1.2' ? [13] : [])]);
  });

  it('offers TLS 1.3 as an extension with a key share', () => {
    const hello = takeApart('TLS 1.3', [0x1301]);
    expect(hello).toMatchObject({ version: 0x0303, offered: ['1301'], compression: [0] });
    expect(hello.extensions.get(43)).toBe('020304');
    expect(hello.extensions.get(51)).toBe(`0024001d0020${'02'.repeat(32)}`);
  });

  it('asks for the host by its name, and not for an address', () => {
    const hello = takeApart('TLS 1.2', [0xc02b]);
    expect(hello.extensions.get(0)).toBe(`000c000009${Buffer.from('localhost').toString('hex')}`);
    expect(takeApart('TLS 1.2', [0xc02b], null).extensions.has(0)).toBe(false);
  });
});
