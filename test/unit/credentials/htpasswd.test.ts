import { describe, expect, it } from 'vitest';
import {
  formatHtpasswd,
  hashPassword,
  isHash,
  parseHtpasswd,
  verifyPassword,
} from '../../../src/credentials/htpasswd.js';
import type { PasswordHash } from '../../../src/config/types.js';

const only = (name: string, password: string, hash: PasswordHash, current = ''): string =>
  formatHtpasswd([{ name, password }], { hash, current });

// Made with `openssl passwd -apr1 -salt x.Yz/019 -stdin` and `openssl passwd -6 -salt x.Yz/019abcdefgh -stdin`.
const OF_OPENSSL: [string, string, string][] = [
  [
    'admin',
    'bFFwuDZx85Z4K3f9j9Ga..',
    '6mxSRSLBV60yiLutcgBMrqUZWChvrxtpukZ0yxJhumw1yTR5fWRXviUZmBIim11XzS5UzFVnZFXMwqc2JfiOZ.',
  ],
  [
    'a',
    'GrBD0/NCE8M5bq3glIlPu/',
    'g8Fh9xVnPyXt9XtFFEeSdSMkNVWT8pYgPfDX4ddZpFrS9NXZ4VlMJ/q12SkAxN/YH.xtB9SjKAqlVlC5TdgXq/',
  ],
  [
    'sixteen letters!',
    '7Amy7kMdWCIvkRo9HKMnk.',
    'MPNhjJ.Uif2/Rs9oWBmB/EojqkjC9oDK1/dZTSgk7AnSHu.ApEFijaeJob4Ei2RImNO3tglGkhnRzH32CmePU.',
  ],
  [
    'a password that is longer than two blocks of MD5 output',
    'YtyT.CmfdELcSV8BfVEVL1',
    'ScNjOmrXGpYTRKzJfLTS4DvuRDKQIjycXRZhcIhaYTu7lV8NtLk4TJ91GXCW8EN5S9h6K0Fl0l/Mmkqtlekbl/',
  ],
  [
    'größer als ASCII',
    '2SOtPMnMO2m8ameoagaeP0',
    'a1cAdqgnRnkwO5t4Dh49Omj5wWqTEHkCw9A19MP728D3cRjMvVUNx.ye2yry4.ik8oqvVCMR7gBrHzWpjGwYC1',
  ],
  [
    '密码🔑',
    'diqkuQt0a/isZVzC8u5xK.',
    'f.K8dhcDUnGnb45R62WxdvUfcGEGv2YX2iKxrVSRXrIQUP5kNHtMFkw9gQaEBdj3EPHOPgxDUMRIDt3wcZzSw0',
  ],
];

describe.each<[PasswordHash, RegExp, (apr1: string, sha512: string) => string]>([
  ['apr1', /^\$apr1\$[./0-9A-Za-z]{8}\$[./0-9A-Za-z]{22}$/, (checksum) => `$apr1$x.Yz/019$${checksum}`],
  ['sha512-crypt', /^\$6\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{86}$/, (_, checksum) => `$6$x.Yz/019abcdefgh$${checksum}`],
])('%s hashes', (kind, pattern, hashOf) => {
  it.each(OF_OPENSSL)('are those of OpenSSL for %j', (password, apr1, sha512) => {
    const hash = hashOf(apr1, sha512);
    expect(isHash(hash)).toBe(true);
    expect(verifyPassword(password, hash)).toBe(true);
    expect(verifyPassword(`${password}x`, hash)).toBe(false);
    expect(only('ana', password, kind, `ana:${hash}\n`)).toBe(`ana:${hash}\n`);
  });

  it('are made with a salt of their own', () => {
    const [one, other] = [hashPassword('admin', kind), hashPassword('admin', kind)];
    expect(one).toMatch(pattern);
    expect(one).not.toBe(other);
    expect(verifyPassword('admin', one)).toBe(true);
  });
});

it('anything else is no hash, and nobody’s password', () => {
  for (const text of ['{PLAIN}admin', 'admin', '', '$6$rounds=1000000000$salt$x', '$2y$05$abc']) {
    expect(isHash(text)).toBe(false);
    expect(verifyPassword('admin', text)).toBe(false);
  }
});

describe('the htpasswd file', () => {
  const ana = { name: 'ana', password: 'first' };
  const bob = { name: 'bob', password: 'second' };
  const format = (users: (typeof ana)[], current = '', hash: PasswordHash = 'sha512-crypt'): string =>
    formatHtpasswd(users, { hash, current });
  const before = format([bob, ana]);

  it('is sorted and keeps its bytes while nothing changes, in whatever order users are declared', () => {
    expect([...parseHtpasswd(before).keys()]).toEqual(['ana', 'bob']);
    expect(format([ana, bob], before)).toBe(before);
    expect(format([bob, ana], before)).toBe(before);
  });

  it('changes only the line of the user whose password changed', () => {
    const after = format([{ name: 'ana', password: 'other' }, bob], before);
    expect(parseHtpasswd(after).get('bob')).toBe(parseHtpasswd(before).get('bob'));
    expect(verifyPassword('other', parseHtpasswd(after).get('ana') ?? '')).toBe(true);
    expect(verifyPassword('first', parseHtpasswd(after).get('ana') ?? '')).toBe(false);
  });

  it('loses users that are no longer declared', () => {
    expect([...parseHtpasswd(format([bob], before)).keys()]).toEqual(['bob']);
  });

  it('gives equal passwords different salts', () => {
    const hashes = parseHtpasswd(format([ana, { name: 'bob', password: ana.password }]));
    expect(hashes.get('ana')).not.toBe(hashes.get('bob'));
  });

  it('is written anew in another kind when that is wished, but for hashes of which nobody knows the password', () => {
    const cleo = parseHtpasswd(only('cleo', 'third', 'apr1')).get('cleo') ?? '';
    const after = formatHtpasswd([ana], { hash: 'sha512-crypt', current: format([ana], '', 'apr1'), hashed: { cleo } });
    expect(after).toMatch(/^ana:\$6\$.*\ncleo:\$apr1\$.*\n$/);
    expect(verifyPassword(ana.password, parseHtpasswd(after).get('ana') ?? '')).toBe(true);
  });
});
