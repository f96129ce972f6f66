import { describe, expect, it } from 'vitest';
import { addressBytes, parseSubjectAltName, subjectNames } from '../../../src/credentials/subject-names.js';

describe('names of a certificate', () => {
  it('are each there once, in one spelling', () => {
    expect(subjectNames(['localhost', 'LOCALHOST', '::1', '0:0::0:1', '127.0.0.1'])).toEqual([
      { kind: 'dns', value: 'localhost' },
      { kind: 'ip', value: '::1' },
      { kind: 'ip', value: '127.0.0.1' },
    ]);
  });

  it('cannot be an address with a zone', () => {
    expect(() => subjectNames(['fe80::1%eth0'])).toThrow(/fe80::1%eth0/);
  });

  it('are read back in the same spelling', () => {
    expect(parseSubjectAltName('DNS:Localhost, IP Address:0:0:0:0:0:0:0:1, IP Address:10.0.0.1')).toEqual([
      'localhost',
      '::1',
      '10.0.0.1',
    ]);
    expect(parseSubjectAltName(undefined)).toEqual([]);
  });

  it.each([
    ['10.0.255.1', '0a00ff01'],
    ['::', '00'.repeat(16)],
    ['::1', `${'00'.repeat(15)}01`],
    ['2001:db8::5', `20010db8${'00'.repeat(11)}05`],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::ffff:7f00:1', `${'00'.repeat(10)}ffff7f000001`],
  ])('%s is %s on the wire', (address, hex) => {
    expect(addressBytes(address).toString('hex')).toBe(hex);
  });
});
