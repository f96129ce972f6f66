import { describe, expect, it } from 'vitest';
import { formatHtpasswd, parseHtpasswd, verifyPassword } from '../../../src/credentials/htpasswd.js';

describe('apr1 hashes', () => {
  // Made with `openssl passwd -apr1 -salt x.Yz/019 -stdin`.
  it.each([
    ['admin', 'bFFwuDZx85Z4K3f9j9Ga..'],
    ['a', 'GrBD0/NCE8M5bq3glIlPu/'],
    ['sixteen letters!', '7Amy7kMdWCIvkRo9HKMnk.'],
    ['a password that is longer than two blocks of MD5 output', 'YtyT.CmfdELcSV8BfVEVL1'],
    ['größer als ASCII', '2SOtPMnMO2m8ameoagaeP0'],
    ['密码🔑', 'diqkuQt0a/isZVzC8u5xK.'],
  ])('are those of OpenSSL for %j', (password, checksum) => {
    const hash = `$apr1$x.Yz/019$${checksum}`;
    expect(verifyPassword(password, hash)).toBe(true);
    expect(verifyPassword(`${password}x`, hash)).toBe(false);
    expect(formatHtpasswd([{ name: 'ana', password }], `ana:${hash}\n`)).toBe(`ana:${hash}\n`);
    const own = parseHtpasswd(formatHtpasswd([{ name: 'ana', password }], '')).get('ana') ?? '';
    expect(own).toMatch(/^\$apr1\$[./0-9A-Za-z]{8}\$[./0-9A-Za-z]{22}$/);
    expect(verifyPassword(password, own)).toBe(true);
  });

  it('are not taken for another kind of hash', () => {
    expect(verifyPassword('admin', '{PLAIN}admin')).toBe(false);
    expect(verifyPassword('admin', 'admin')).toBe(false);
    expect(verifyPassword('admin', '')).toBe(false);
  });
});

describe('the htpasswd file', () => {
  const ana = { name: 'ana', password: 'first' };
  const bob = { name: 'bob', password: 'second' };
  const before = formatHtpasswd([bob, ana], '');

  it('is sorted and keeps its bytes while nothing changes, in whatever order users are declared', () => {
    expect([...parseHtpasswd(before).keys()]).toEqual(['ana', 'bob']);
    expect(formatHtpasswd([ana, bob], before)).toBe(before);
    expect(formatHtpasswd([bob, ana], before)).toBe(before);
  });

  it('changes only the line of the user whose password changed', () => {
    const after = formatHtpasswd([{ name: 'ana', password: 'other' }, bob], before);
    expect(parseHtpasswd(after).get('bob')).toBe(parseHtpasswd(before).get('bob'));
    expect(verifyPassword('other', parseHtpasswd(after).get('ana') ?? '')).toBe(true);
    expect(verifyPassword('first', parseHtpasswd(after).get('ana') ?? '')).toBe(false);
  });

  it('loses users that are no longer declared', () => {
    expect([...parseHtpasswd(formatHtpasswd([bob], before)).keys()]).toEqual(['bob']);
  });

  it('gives equal passwords different salts', () => {
    const hashes = parseHtpasswd(formatHtpasswd([ana, { name: 'bob', password: ana.password }], ''));
    expect(hashes.get('ana')).not.toBe(hashes.get('bob'));
  });
});
