import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readServerFlight, type ServerFlight } from '../../../../src/verify/tls-probe/server-flight.js';
import {
  alertRecord,
  certificateMessage,
  curveMessage,
  flight,
  helloDone,
  message,
  primeMessage,
  record,
  serverHello,
  uint16,
} from './support/server-bytes.js';

const RC4 = { version: 0x0300, suite: 0x0005 };
const ECDHE = { version: 0x0303, suite: 0xc02b };
const DHE = { version: 0x0301, suite: 0x0016 };
const nothing = {
  isRetry: false,
  compresses: false,
  renegotiatesSafely: false,
  group: null,
  primeBits: null,
  leaf: null,
};

/** What it reads of a whole flight. */
function read(bytes: Buffer): ServerFlight {
  const reading = readServerFlight(bytes);
  if (reading.kind !== 'flight') throw new Error(JSON.stringify(reading));
  expect(reading.isComplete).toBe(true);
  return reading.flight;
}

describe('a flight', () => {
  it('of SSL 3.0 with RC4', () => {
    expect(read(flight(RC4))).toEqual({ ...nothing, ...RC4 });
  });

  it('with a certificate, a curve and safe renegotiation', () => {
    const leaf = Buffer.from('leaf');
    const hello = { ...ECDHE, extensions: [[0xff01, Buffer.from([0])]] as [number, Buffer][] };
    const bytes = flight(hello, certificateMessage(leaf, Buffer.from('issuer')), curveMessage(0x17));
    expect(read(bytes)).toEqual({ ...nothing, ...ECDHE, renegotiatesSafely: true, group: 0x17, leaf });
  });

  it.each([
    ['ff'.repeat(128), 1024],
    [`00${'80'.padEnd(256, '0')}`, 1024],
    ['7f'.padEnd(256, '0'), 1023],
    ['01', 1],
    ['', 1],
  ])('with a prime, whose bits are counted: %#', (prime, bits) => {
    expect(read(flight(DHE, primeMessage(Buffer.from(prime, 'hex')))).primeBits).toBe(bits);
  });

  it('without a certificate of an anonymous server', () => {
    expect(read(flight({ version: 0x0302, suite: 0xc018 }, certificateMessage())).leaf).toBeNull();
  });

  it('that compresses', () => {
    expect(read(flight({ ...RC4, compression: 1 })).compresses).toBe(true);
  });

  it('of TLS 1.3 ends with its ServerHello, and what is encrypted is not looked at', () => {
    const extensions: [number, Buffer][] = [
      [43, uint16(0x0304)],
      [51, Buffer.concat([uint16(0x1d), uint16(32), Buffer.alloc(32)])],
    ];
    const hello = serverHello({ version: 0x0303, suite: 0x1301, extensions });
    const bytes = Buffer.concat([record(22, hello), record(20, Buffer.from([1])), record(23, Buffer.alloc(99, 22))]);
    expect(read(bytes)).toEqual({ ...nothing, version: 0x0304, suite: 0x1301, group: 0x1d });
  });

  it('that wants another key share', () => {
    const random = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');
    const extensions: [number, Buffer][] = [
      [43, uint16(0x0304)],
      [51, uint16(0x18)],
    ];
    const hello = serverHello({ version: 0x0303, suite: 0x1302, random, extensions });
    expect(read(record(22, hello))).toMatchObject({ isRetry: true, version: 0x0304, suite: 0x1302, group: 0x18 });
  });

  it('in many records, even within a message', () => {
    const whole = Buffer.concat([serverHello(RC4), certificateMessage(Buffer.from('leaf')), helloDone]);
    const bytes = Buffer.concat([...whole].map((byte) => record(22, Buffer.from([byte]), 0x0300)));
    expect(read(bytes).leaf?.toString()).toBe('leaf');
  });

  it('is complete with its last byte and not before', () => {
    const bytes = flight(ECDHE, certificateMessage(Buffer.from('leaf')), curveMessage(0x17));
    const hello = 5 + serverHello(ECDHE).length;
    for (let end = 0; end < bytes.length; end += 1) {
      const reading = readServerFlight(bytes.subarray(0, end));
      expect(reading).toMatchObject(end < hello ? { kind: 'partial' } : { kind: 'flight', isComplete: false });
    }
  });
});

describe('an alert', () => {
  it('is a refusal', () => {
    expect(readServerFlight(alertRecord(2, 70))).toEqual({ kind: 'alert', code: 70 });
    expect(readServerFlight(alertRecord(1, 0))).toEqual({ kind: 'alert', code: 0 });
  });

  it('that only warns is not', () => {
    expect(read(Buffer.concat([alertRecord(1, 112), flight(RC4)])).suite).toBe(5);
    expect(readServerFlight(alertRecord(1, 112))).toEqual({ kind: 'partial' });
  });

  it('after a ServerHello takes it back', () => {
    const bytes = Buffer.concat([record(22, serverHello(ECDHE)), alertRecord(2, 80)]);
    expect(readServerFlight(bytes)).toEqual({ kind: 'alert', code: 80 });
  });

  it('in half is none yet', () => {
    expect(readServerFlight(alertRecord(2, 70).subarray(0, 6))).toEqual({ kind: 'partial' });
  });
});

describe('what is no TLS', () => {
  it.each([
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), /it begins with "HTTP\/1.1 400 Bad"/],
    ['a record of another version', record(22, Buffer.alloc(4), 0x1603), /version 0x1603/],
    ['a record that is too long', record(22, Buffer.alloc(20_000)), /a record of 20000 bytes/],
    ['a message that is too long', record(22, Buffer.from([2, 0xff, 0xff, 0xff])), /of 16777215 bytes/],
    ['another message first', record(22, message(11, Buffer.alloc(3))), /type 11 instead/],
    ['a ServerHello that ends too early', record(22, message(2, Buffer.alloc(10))), /bytes wanted/],
    ['a length beyond the end', flight(ECDHE, message(11, Buffer.from([0, 0, 9, 0]))), /bytes wanted/],
  ])('%s', (_name, bytes, reason) => {
    expect(readServerFlight(bytes)).toEqual({ kind: 'not TLS', reason: expect.stringMatching(reason) as string });
  });

  it('never breaks the reader', () => {
    const mangled = fc.tuple(fc.nat(400), fc.nat(255)).map(([at, byte]) => {
      const bytes = flight(DHE, certificateMessage(Buffer.alloc(200, 9)), primeMessage(Buffer.alloc(64, 255)));
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    const any = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(mangled, any), (bytes) => {
        expect(['flight', 'alert', 'partial', 'not TLS']).toContain(readServerFlight(bytes).kind);
      }),
    );
  });
});
