import { describe, expect, it } from 'vitest';
import type { FortressConfig } from '../../../src/config/types.js';
import { formatCredentialChange } from '../../../src/credentials/change.js';
import { hashPassword, parseHtpasswd, verifyPassword } from '../../../src/credentials/htpasswd.js';
import type { PasswordStore } from '../../../src/credentials/passwords.js';
import type { PreparedCredentials } from '../../../src/credentials/prepare.js';
import { emptyStore, type CredentialStore } from '../../../src/credentials/store.js';
import { inDays, NOW, prepare } from './fixture.js';

const RSA: FortressConfig = { gateway: { tls: { key: 'rsa-2048' } } };
const first = await prepare();
const changesOf = ({ changes }: PreparedCredentials): string[] => changes.map(formatCredentialChange);
const changesFrom = async (
  stored: Partial<CredentialStore>,
  input: FortressConfig = {},
  now = NOW,
): Promise<string[]> => changesOf(await prepare(input, { ...first.wanted, ...stored }, now));

describe('a project without credentials', () => {
  it('gets all of them, and each one is announced', () => {
    expect(changesOf(first)).toEqual([
      'CA: issue, no CA yet',
      'certificate: issue, no certificate yet',
      'passwords: add a random one for user admin',
      'passwords: add a random one for Grafana',
      'htpasswd: add user admin',
    ]);
    expect(first.expiresAt).toEqual(inDays(365));
    expect(first.certificate.match(/BEGIN/g)).toHaveLength(1);
  });

  it('gets random passwords of 192 bits that work', () => {
    const [admin] = first.users;
    expect(admin?.password).toMatch(/^[\w-]{32}$/);
    expect(first.grafanaPassword).toMatch(/^[\w-]{32}$/);
    expect(first.grafanaPassword).not.toBe(admin?.password);
    expect(verifyPassword(admin?.password ?? '', parseHtpasswd(first.htpasswd).get('admin') ?? '')).toBe(true);
  });
});

describe('credentials that are right', () => {
  it('are never made anew', async () => {
    const again = await prepare({}, first.wanted, inDays(300));
    expect(again.changes).toEqual([]);
    expect(again.wanted).toEqual(first.wanted);
  });

  it('stay when the hosts are declared in another order, spelling or twice', async () => {
    const hosts = ['127.0.0.1', 'LOCALHOST', 'localhost'];
    expect(await changesFrom({}, { gateway: { hosts } })).toEqual([]);
  });
});

describe('the certificate', () => {
  it('is renewed from `renewBeforeDays` on, not a day earlier, and the CA stays', async () => {
    expect(await changesFrom({}, {}, inDays(334))).toEqual([]);
    expect(await changesFrom({}, {}, inDays(335.5))).toEqual(['certificate: renew, expires in 29 days']);
    expect(await changesFrom({}, {}, inDays(400))).toEqual(['certificate: renew, expired 35 days ago']);
    const renewed = await prepare({}, first.wanted, inDays(400));
    expect(renewed.caCertificate).toBe(first.caCertificate);
    expect(renewed.expiresAt).toEqual(inDays(765));
  });

  it('is renewed when the hosts change', async () => {
    const hosts = ['localhost', '::1', 'api.example.org'];
    expect(await changesFrom({}, { gateway: { hosts } })).toEqual([
      'certificate: renew, hosts changed: +::1 +api.example.org -127.0.0.1',
    ]);
  });

  it.each<[string, Partial<CredentialStore>, string]>([
    ['its file is missing', { certificate: null }, 'issue, the certificate file is missing'],
    ['its key is missing', { key: null }, 'issue, the key file is missing'],
    ['its file is corrupt', { certificate: 'garbage' }, 'issue, the certificate file is corrupt'],
    ['its file is cut off', { certificate: first.certificate.slice(0, 300) }, 'issue, the certificate file is corrupt'],
    ['its key is corrupt', { key: '' }, 'issue, the key file is corrupt'],
    ['its key is another', { key: first.wanted.caKey }, 'issue, key and certificate do not match'],
  ])('is issued anew when %s', async (_, stored, change) => {
    expect(await changesFrom(stored)).toEqual([`certificate: ${change}`]);
  });
});

describe('the CA', () => {
  it('is replaced with everything it signed when the key type changes', async () => {
    const changed = await prepare(RSA, first.wanted);
    expect(changesOf(changed)).toEqual([
      'CA: renew, key type ecdsa-p256 → rsa-2048',
      'certificate: renew, key type ecdsa-p256 → rsa-2048',
    ]);
    expect(changesOf(await prepare(RSA, changed.wanted))).toEqual([]);
  });

  it('is replaced when its key is lost', async () => {
    expect(await changesFrom({ caKey: null })).toEqual([
      'CA: issue, the key file is missing',
      'certificate: renew, signed by another CA',
    ]);
  });

  it('is replaced when the file holds a certificate that is not a CA', async () => {
    expect(await changesFrom({ caCertificate: first.certificate, caKey: first.key })).toEqual([
      'CA: renew, the certificate is not that of a CA',
      'certificate: renew, signed by another CA',
    ]);
  });

  it('is replaced before a certificate from it would have to be renewed at once, and only once', async () => {
    const late = inDays(3630);
    const renewed = await prepare({}, first.wanted, late);
    expect(changesOf(renewed)[0]).toBe('CA: renew, expires in 20 days');
    expect(changesOf(await prepare({}, renewed.wanted, late))).toEqual([]);
  });

  it('keeps signing under its own name when the project is renamed', async () => {
    const renamed = await prepare({ project: 'other' }, { ...first.wanted, certificate: null });
    expect(renamed.caCertificate).toBe(first.caCertificate);
    expect(changesOf(await prepare({ project: 'other' }, renamed.wanted))).toEqual([]);
  });
});

describe('a clock that jumps', () => {
  const notYet = 'renew, not valid yet: this machine’s clock is behind, or was ahead when it was made';

  it('back before the certificates were made renews both, and says that clients need the CA', async () => {
    const past = await prepare({}, first.wanted, inDays(-400));
    expect(changesOf(past)).toEqual([`CA: ${notYet}`, 'certificate: renew, signed by another CA']);
    expect(past.warnings).toEqual([
      'the CA is a new one: every client must get /srv/sentiment/.fortress/secrets/ca.crt anew',
    ]);
    expect(changesOf(await prepare({}, past.wanted, inDays(-400)))).toEqual([]);
  });

  it('back before the certificate, not the CA, was made renews that alone', async () => {
    const later = await prepare({}, { ...first.wanted, certificate: null }, inDays(100));
    const back = await prepare({}, later.wanted, inDays(50));
    expect(changesOf(back)).toEqual([`certificate: ${notYet}`]);
    expect(back.warnings).toEqual([]);
  });

  it('beyond the end of the CA renews both', async () => {
    const future = await prepare({}, first.wanted, inDays(4000));
    expect(changesOf(future)).toEqual(['CA: renew, expired 350 days ago', 'certificate: renew, signed by another CA']);
    expect(future.warnings).toHaveLength(1);
    expect(changesOf(await prepare({}, future.wanted, inDays(4000)))).toEqual([]);
  });
});

describe('a renewal on request', () => {
  it('makes another certificate from the same CA', async () => {
    const renewed = await prepare({}, first.wanted, NOW, { renew: 'certificate' });
    expect(changesOf(renewed)).toEqual(['certificate: renew, as you asked']);
    expect(renewed.caCertificate).toBe(first.caCertificate);
    expect(renewed.key).not.toBe(first.key);
    expect(changesOf(await prepare({}, renewed.wanted))).toEqual([]);
  });

  it('makes another CA, and says what that means', async () => {
    const input: FortressConfig = { gateway: { tls: { caFile: 'certs/ca.crt' } } };
    const renewed = await prepare(input, first.wanted, NOW, { renew: 'ca' });
    expect(changesOf(renewed)).toEqual([
      'CA: renew, as you asked',
      'certificate: renew, signed by another CA',
      'CA copy: write /srv/sentiment/certs/ca.crt',
    ]);
    expect(renewed.caCertificate).not.toBe(first.caCertificate);
    expect(renewed.warnings).toEqual(['the CA is a new one: every client must get /srv/sentiment/certs/ca.crt anew']);
  });

  it('of nothing makes what is missing, and warns of nothing', async () => {
    const made = await prepare({}, emptyStore(), NOW, { renew: 'ca' });
    expect(changesOf(made).slice(0, 2)).toEqual(changesOf(first).slice(0, 2));
    expect(made.warnings).toEqual([]);
  });
});

describe('what lets a client in before, while and after a change', () => {
  it('is nothing where there was nothing before', () => {
    expect(first.throughout).toBeNull();
  });

  it('is the same CA and user while they stay', async () => {
    const { throughout } = await prepare({}, first.wanted, NOW, { renew: 'certificate' });
    expect(throughout).toEqual({ caCertificate: first.caCertificate, users: first.users });
  });

  it('is both CAs when the CA changes', async () => {
    const { throughout, caCertificate } = await prepare({}, first.wanted, NOW, { renew: 'ca' });
    expect(throughout?.caCertificate).toBe(first.caCertificate + caCertificate);
  });

  it('is a user whose password stays, if there is one', async () => {
    const changed = { name: 'admin', password: 'another' };
    const bob = { name: 'bob', password: 'his' };
    const both = await prepare({ gateway: { users: [{ ...changed, password: 'old' }, bob] } }, first.wanted);
    const { throughout } = await prepare({ gateway: { users: [changed, bob] } }, both.wanted);
    expect(throughout?.users).toEqual([bob]);
    expect((await prepare({ gateway: { users: [changed] } }, first.wanted)).throughout).toBeNull();
  });
});

describe('the key of the hashes', () => {
  it('outlives every certificate: what did not change keeps its hash', async () => {
    expect(first.hashKey).toMatch(/^[\w-]{43}$/);
    expect((await prepare({}, first.wanted, NOW, { renew: 'ca' })).hashKey).toBe(first.hashKey);
    expect((await prepare()).hashKey).not.toBe(first.hashKey);
  });
});

describe('passwords', () => {
  it('come from the configuration where it gives them', async () => {
    const given = await prepare({ preset: 'exam', gateway: { tls: {} } });
    expect(given.users).toEqual([{ name: 'admin', password: 'admin' }]);
    expect(given.grafanaPassword).toBe('admin');
    expect(given.wanted.passwords).toBe('{\n  "users": {}\n}\n');
  });

  it('follow the users that are declared', async () => {
    const users = ['ana', { name: '__proto__', password: 'given' }];
    const changed = await prepare({ gateway: { users } }, first.wanted);
    expect(changesOf(changed)).toEqual([
      'passwords: add a random one for user ana',
      'htpasswd: add user __proto__',
      'htpasswd: add user ana',
      'htpasswd: remove user admin',
    ]);
    expect(changed.wanted.passwords).not.toContain('admin');
    expect(changesOf(await prepare({ gateway: { users } }, changed.wanted))).toEqual([]);
  });

  it('are kept for a user with a treacherous name', async () => {
    const users = ['__proto__', 'constructor'];
    const made = await prepare({ gateway: { users } }, first.wanted);
    expect(new Set(made.users.map(({ password }) => password)).size).toBe(2);
    expect(changesOf(await prepare({ gateway: { users } }, made.wanted))).toEqual([]);
  });

  it('change the htpasswd line when the configuration changes one', async () => {
    const users = [{ name: 'admin', password: 'chosen' }];
    expect(await changesFrom({}, { gateway: { users } })).toEqual(['htpasswd: change password of user admin']);
  });

  it('stay while the file with the hashes is lost', async () => {
    const repaired = await prepare({}, { ...first.wanted, htpasswd: null });
    expect(changesOf(repaired)).toEqual(['htpasswd: add user admin']);
    expect(repaired.users).toEqual(first.users);
  });

  it('are made anew, and announced as such, when their file is corrupt', async () => {
    expect(await changesFrom({ passwords: '{"users":' })).toEqual([
      'passwords: add a random one for user admin (passwords.json is corrupt)',
      'passwords: add a random one for Grafana (passwords.json is corrupt)',
      'htpasswd: change password of user admin',
    ]);
  });

  it('know users that were added, beside those of the configuration', async () => {
    const hash = hashPassword('his own', 'sha512-crypt');
    const editPasswords = (store: PasswordStore): PasswordStore => ({ ...store, added: { bob: hash } });
    const added = await prepare({}, first.wanted, NOW, { editPasswords });
    expect(changesOf(added)).toEqual(['htpasswd: add user bob']);
    expect(parseHtpasswd(added.htpasswd).get('bob')).toBe(hash);
    expect(added.wanted.passwords).not.toContain('his own');
    const again = await prepare({}, added.wanted);
    expect([again.changes, again.htpasswd]).toEqual([[], added.htpasswd]);
    // One whom the configuration names since then is the configuration's.
    const declared = await prepare({ gateway: { users: ['admin', 'bob'] } }, added.wanted);
    expect(changesOf(declared)).toEqual([
      'passwords: add a random one for user bob',
      'htpasswd: change password of user bob',
    ]);
    expect(declared.wanted.passwords).not.toContain('added');
  });

  it('take nothing from a store that could break the file of hashes', async () => {
    const passwords = '{"users":{"admin":"kept"},"added":{"eve":"x\\nmallory:$apr1$aa$aaaaaaaaaaaaaaaaaaaaaa"}}';
    expect((await prepare({}, { ...first.wanted, passwords })).htpasswd).toMatch(/^admin:[^\n]*\n$/);
  });

  it('keep Grafana’s while it is switched off, because its volume remembers it', async () => {
    const off = await prepare({ monitoring: false }, first.wanted);
    expect(off.grafanaPassword).toBeNull();
    expect((await prepare({}, off.wanted)).grafanaPassword).toBe(first.grafanaPassword);
  });
});

describe('the copy of the CA certificate', () => {
  const input: FortressConfig = { gateway: { tls: { caFile: 'certs/ca.crt' } } };

  it('is written where it is missing or old, and not for nothing', async () => {
    expect(await changesFrom({}, input)).toEqual(['CA copy: write /srv/sentiment/certs/ca.crt']);
    const { caCertificate: another } = await prepare();
    expect(await changesFrom({ caCopy: another }, input)).toEqual(['CA copy: write /srv/sentiment/certs/ca.crt']);
    expect(await changesFrom({ caCopy: first.caCertificate }, input)).toEqual([]);
  });

  it.each([
    ['a private key', first.key],
    ['a certificate that is not of our CA', first.certificate],
    ['some other file', '{ "name": "sentiment" }'],
    ['a bundle of certificates', first.caCertificate + first.certificate],
  ])('never overwrites %s', async (_, caCopy) => {
    await expect(changesFrom({ caCopy }, input)).rejects.toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2 });
  });
});
