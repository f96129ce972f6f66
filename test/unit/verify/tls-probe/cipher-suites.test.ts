import { describe, expect, it } from 'vitest';
import {
  CIPHER_SUITES,
  flawOf,
  isAead,
  isForwardSecret,
  isOfTls13,
  suiteOf,
} from '../../../../src/verify/tls-probe/cipher-suites.js';

const named = (name: string) => {
  const suite = CIPHER_SUITES.find((one) => one.name === name);
  if (!suite) throw new Error(`there is no ${name}`);
  return suite;
};

describe('the registry', () => {
  it('has every code and every name once', () => {
    expect(new Set(CIPHER_SUITES.map(({ code }) => code)).size).toBe(CIPHER_SUITES.length);
    expect(new Set(CIPHER_SUITES.map(({ name }) => name)).size).toBe(CIPHER_SUITES.length);
  });

  it('finds a suite by its code', () => {
    expect(suiteOf(0xc02b)?.name).toBe('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
    expect(suiteOf(0x000a)?.name).toBe('TLS_RSA_WITH_3DES_EDE_CBC_SHA');
    expect(suiteOf(0x5600)).toBeUndefined();
  });

  it('has five suites of TLS 1.3, all good', () => {
    const suites = CIPHER_SUITES.filter(isOfTls13);
    expect(suites).toHaveLength(5);
    expect(suites.every((suite) => isAead(suite) && isForwardSecret(suite) && flawOf(suite) === null)).toBe(true);
  });
});

it.each([
  ['TLS_RSA_WITH_NULL_SHA256', 'F', /does not encrypt/],
  ['TLS_ECDH_anon_WITH_AES_128_CBC_SHA', 'F', /who the server is/],
  ['TLS_ECDH_anon_WITH_NULL_SHA', 'F', /does not encrypt/],
  ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', 'F', /export/],
  ['TLS_DHE_RSA_WITH_DES_CBC_SHA', 'F', /56 bits/],
  ['TLS_ECDHE_RSA_WITH_RC4_128_SHA', 'C', /RC4/],
  ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'C', /64 bits/],
  ['TLS_RSA_WITH_IDEA_CBC_SHA', 'C', /64 bits/],
])('%s is worth %s', (name, grade, flaw) => {
  expect(flawOf(named(name))).toEqual({ grade, flaw: expect.stringMatching(flaw) as string });
});

it.each<[name: string, traits: [isForwardSecret: boolean, isAead: boolean]]>([
  ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', [true, true]],
  ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', [true, true]],
  ['TLS_DHE_RSA_WITH_AES_128_CCM_8', [true, true]],
  ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', [true, false]],
  ['TLS_RSA_WITH_AES_128_GCM_SHA256', [false, true]],
  ['TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256', [false, true]],
  ['TLS_DH_RSA_WITH_AES_256_CBC_SHA', [false, false]],
])('%s has no flaw: forward secrecy, AEAD %o', (name, traits) => {
  const suite = named(name);
  expect(flawOf(suite)).toBeNull();
  expect([isForwardSecret(suite), isAead(suite)]).toEqual(traits);
});
