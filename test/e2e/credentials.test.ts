import { X509Certificate } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import { issueCa, issueServerCertificate, type KeyPair } from '../../src/credentials/issue.js';
import { subjectNames } from '../../src/credentials/subject-names.js';
import { runCli, type Outcome } from '../support/cli.js';
import { engineState } from '../support/engine.js';
import type { Answer } from '../support/http.js';
import { useProject } from '../support/project.js';
import { underTraffic } from '../support/traffic.js';

// One running stack whose users and certificates change while somebody else asks all the time.
const project = useProject();
const OF_THE_CONFIGURATION = 'not-to-be-shown';
const config: FortressConfig = {
  apis: { v1: { replicas: 1 } },
  gateway: { users: ['admin', { name: 'ops', password: OF_THE_CONFIGURATION }] },
};
const SECRETS = '.fortress/secrets';

interface Report {
  changes: { subject: string; action: string }[];
  certificates: { role: string; subject: string; names: string[]; daysLeft: number; fingerprint: string }[];
  own: boolean;
  ca: string;
  served: { fingerprint: string; current: boolean } | null;
  effect?: string;
}

beforeAll(async () => {
  await project.configure(config);
});

const withPassword = (password: string, ...args: string[]): Promise<Outcome> =>
  runCli(args, { cwd: project.folder, env: { FORTRESS_USER_PASSWORD: password } });

const statusFor = async (login: string): Promise<number> => (await project.predict({ login })).status;

/** Runs the work while `ops` asks all the time; fails when one request of theirs does. */
async function unnoticed<T>(work: () => Promise<T>, ca?: string): Promise<T> {
  const { result, tally } = await underTraffic(() => predictAsOps(ca), work);
  expect(tally.failures).toEqual([]);
  expect(tally.sent).toBeGreaterThan(5);
  return result;
}

const predictAsOps = (ca?: string): Promise<Answer> =>
  project.ask({
    ...(ca === undefined ? {} : { ca }),
    method: 'POST',
    path: '/predict',
    login: `ops:${OF_THE_CONFIGURATION}`,
    headers: { 'content-type': 'application/json' },
    body: '{"sentence":"I love this so much"}',
  });

/** It was refused as a mistake of the person, and for this reason. */
function expectRefused({ exitCode, stderr, stdout }: Outcome, ...words: (string | RegExp)[]): void {
  for (const word of words) expect(stderr).toMatch(word);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
}

const containers = async (): Promise<object[]> => (await engineState(project.name)).containers;

describe('before the first up', () => {
  it('users are kept for it, and it is said so', async () => {
    const added = await withPassword('first', 'users', 'add', 'early');
    expect(added).toMatchObject({ exitCode: 0 });
    expect(added.stdout).toContain('at the next `fortress up`');
    expect(await containers()).toEqual([]);
    await project.ok('up');
    expect(await statusFor('early:first')).toBe(200);
  });
});

describe('users', () => {
  it('are listed with where they come from, and no password', async () => {
    const { users } = await project.json<{ users: object[] }>('users');
    expect(users).toEqual([
      { name: 'admin', origin: 'configuration', password: 'stored' },
      { name: 'ops', origin: 'configuration', password: 'configuration' },
      { name: 'early', origin: 'added', password: 'hashed' },
    ]);
    const { stdout } = await project.ok('users', 'list');
    expect(stdout).toMatch(/^early +fortress users add/m);
    expect(stdout).not.toContain(OF_THE_CONFIGURATION);
  });

  it('who are added get in at once; others notice nothing, and nothing is restarted', async () => {
    const before = await containers();
    expect(await statusFor('ana:s3cret word')).toBe(401);
    const added = await unnoticed(() => withPassword('s3cret word', 'users', 'add', 'ana'));
    expect(added).toMatchObject({ exitCode: 0 });
    expect(added.output).toContain('the gateway has it');
    expect(added.output).not.toContain('s3cret');
    expect(await statusFor('ana:s3cret word')).toBe(200);
    expect(await containers()).toEqual(before);
    expect(await project.file(`${SECRETS}/passwords.json`)).not.toContain('s3cret');
    expect((await stat(join(project.folder, SECRETS, 'passwords.json'))).mode & 0o777).toBe(0o600);
  });

  it('get another password at once', async () => {
    const changed = await unnoticed(() => withPassword('other', 'users', 'passwd', 'ana'));
    expect(changed).toMatchObject({ exitCode: 0 });
    expect(await statusFor('ana:s3cret word')).toBe(401);
    expect(await statusFor('ana:other')).toBe(200);
  });

  it('of the configuration without a password there get one here, also the one as whom fortress asks', async () => {
    const old = await project.login();
    expect(await unnoticed(() => withPassword('chosen', 'users', 'passwd', 'admin'))).toMatchObject({ exitCode: 0 });
    expect(await statusFor(old)).toBe(401);
    expect(await statusFor('admin:chosen')).toBe(200);
    await project.ok('predict', 'hello');
  });

  it('with a random password see it once', async () => {
    const made = await unnoticed(() =>
      project.json<{ password: string; effect: string }>('users', 'add', 'ci', '--random'),
    );
    expect(made).toMatchObject({ effect: 'now', password: expect.stringMatching(/^[\w-]{32}$/) as string });
    expect(await statusFor(`ci:${made.password}`)).toBe(200);
  });

  it('stay through an up that changes something else', async () => {
    await project.configure({ ...config, gateway: { ...config.gateway, bodyLimit: '32k' } });
    await project.ok('up');
    expect(await statusFor('ana:other')).toBe(200);
    expect(await project.fortress('plan', '--exit-code')).toMatchObject({ exitCode: 0 });
  });

  it('who are removed are shut out at once', async () => {
    expect(await unnoticed(() => project.fortress('users', 'remove', 'ana'))).toMatchObject({ exitCode: 0 });
    expect(await statusFor('ana:other')).toBe(401);
    expect(await statusFor('early:first')).toBe(200);
  });

  it('what must not be is refused, and changes nothing', async () => {
    const before = await project.file(`${SECRETS}/passwords.json`);
    expectRefused(await withPassword('x', 'users', 'add', 'early'), 'there is a user early already');
    expectRefused(await withPassword('x', 'users', 'add', 'ops'), 'there is a user ops already');
    expectRefused(
      await withPassword('x', 'users', 'passwd', 'nobody'),
      'there is no user nobody',
      'admin, ops, ci, early',
    );
    expectRefused(await project.fortress('users', 'remove', 'nobody'), 'there is no user nobody');
    expectRefused(
      await project.fortress('users', 'remove', 'admin'),
      'in the configuration',
      /fortress\.config\.ts:\d+/,
    );
    expectRefused(
      await withPassword('x', 'users', 'passwd', 'ops'),
      'password of user ops',
      /fortress\.config\.ts:\d+/,
    );
    expectRefused(await withPassword('x', 'users', 'add', 'a:b'), 'expected 1 to 64 letters');
    expectRefused(await withPassword('tab\there', 'users', 'add', 'tab'), 'expected 1 to 128 printable');
    expectRefused(await project.fortress('users', 'add', 'nobody'), 'no password', 'FORTRESS_USER_PASSWORD');
    expectRefused(await project.fortress('users', 'ad', 'nobody'), 'no such thing');
    const asArgument = await project.fortress('users', 'add', 'nobody', 'typed-here');
    expectRefused(asArgument, 'too many arguments');
    expect(asArgument.output).not.toContain('typed-here');
    expect(await project.file(`${SECRETS}/passwords.json`)).toBe(before);
  });
});

describe('the certificates of fortress', () => {
  it('are shown from the CA down, with what is served', async () => {
    const report = await project.json<Report>('certs');
    expect(report.certificates.map(({ role }) => role)).toEqual(['CA', 'gateway']);
    expect(report.certificates[1]).toMatchObject({ names: ['localhost', '127.0.0.1'], daysLeft: 364 });
    expect(report).toMatchObject({
      own: false,
      ca: join(project.folder, SECRETS, 'ca.crt'),
      served: { current: true },
    });
    const { stdout } = await project.ok('certs');
    expect(stdout).toMatch(/key +ECDSA P-256/);
    expect(stdout).toContain('Served         this certificate');
  });

  it('are renewed under traffic: another is served, clients with the CA go on', async () => {
    const ca = await project.file(`${SECRETS}/ca.crt`);
    const { certificate: old } = await project.ask({});
    const before = await containers();
    const report = await unnoticed(() => project.json<Report>('certs', 'renew'), ca);
    expect(report).toMatchObject({ effect: 'now', changes: [{ subject: 'certificate', action: 'renew' }] });
    const { certificate } = await project.ask({ ca });
    expect(certificate?.fingerprint).not.toBe(old?.fingerprint);
    expect(certificate?.fingerprint).toBe(report.certificates[1]?.fingerprint);
    expect(await project.file(`${SECRETS}/ca.crt`)).toBe(ca);
    expect(await containers()).toEqual(before);
    expect(await project.fortress('plan', '--exit-code')).toMatchObject({ exitCode: 0 });
  });

  it('with a new CA: it is said that clients need its file, and without it they are refused', async () => {
    const old = await project.file(`${SECRETS}/ca.crt`);
    const before = await containers();
    const { stdout } = await project.ok('certs', 'renew', '--ca');
    expect(stdout).toMatch(/every client must get .*ca\.crt anew/);
    expect(await project.file(`${SECRETS}/ca.crt`)).not.toBe(old);
    await expect(predictAsOps(old)).rejects.toThrow(/certificate/);
    expect((await predictAsOps()).status).toBe(200);
    expect(await containers()).toEqual(before);
  });

  it('that wait for an up are told apart from the one that is served', async () => {
    await project.configure({ ...config, gateway: { ...config.gateway, hosts: ['localhost', 'shop.example.org'] } });
    const report = await project.json<Report>('certs');
    expect(report.served).toMatchObject({ current: false });
    expect((await project.ok('certs')).stdout).toContain('`fortress up` brings this one');
    await project.ok('up');
    expect(await project.json<Report>('certs')).toMatchObject({ served: { current: true } });
  });

  it('trust says what each kind of client needs, and that flags belong to it alone', async () => {
    const { stdout } = await project.ok('certs', 'trust');
    for (const word of ['update-ca-certificates', 'NODE_EXTRA_CA_CERTS', 'Firefox', 'keytool', 'requests']) {
      expect(stdout).toContain(word);
    }
    expectRefused(await project.fortress('certs', '--install'), '--install does not belong to');
    expectRefused(await project.fortress('certs', 'frobnicate'), 'has no "frobnicate"');
  });
});

const issue = (ca: KeyPair, now: Date, host = 'localhost'): Promise<KeyPair> =>
  issueServerCertificate(ca, { project: 'site', type: 'rsa-2048', names: subjectNames([host]), days: 90, now });
const put = async ({ certificate, key }: KeyPair): Promise<void> => {
  await writeFile(join(project.folder, 'tls/site.pem'), certificate);
  await writeFile(join(project.folder, 'tls/site.key'), key);
};

describe('a certificate of your own', () => {
  const own: FortressConfig = {
    ...config,
    gateway: {
      ...config.gateway,
      hosts: ['localhost'],
      tls: { certificate: 'tls/site.pem', certificateKey: 'tls/site.key', ca: 'tls/ca.pem' },
    },
  };
  let company: KeyPair;

  beforeAll(async () => {
    company = await issueCa('a company', 'rsa-2048', new Date(Date.now() - 200 * 86_400_000));
    await mkdir(join(project.folder, 'tls'));
    await writeFile(join(project.folder, 'tls/ca.pem'), company.certificate);
    await put(await issue(company, new Date()));
    await project.configure(own);
  });

  it('is served after an up, and verify trusts it', async () => {
    const kept = await project.file(`${SECRETS}/gateway.crt`);
    await project.ok('up');
    expect((await predictAsOps(company.certificate)).status).toBe(200);
    await project.ok('predict', 'hello');
    await project.ok('verify', '--only', 'tls.trust,auth.ok');
    expect(await project.file(`${SECRETS}/gateway.crt`)).toBe(kept);
  });

  it('is said to be yours', async () => {
    const report = await project.json<Report>('certs');
    expect(report).toMatchObject({ own: true, ca: join(project.folder, 'tls/ca.pem'), served: { current: true } });
    expect((await project.ok('certs')).stdout).toContain('never writes or renews them');
    expectRefused(await project.fortress('certs', 'renew'), 'does not renew it', 'site.pem');
  });

  it('that changes on disk is served after the next up, by a reload that nobody notices', async () => {
    const before = await containers();
    const next = await issue(company, new Date());
    await put(next);
    expect(await project.fortress('plan', '--exit-code')).toMatchObject({ exitCode: 2 });
    await unnoticed(() => project.ok('up'), company.certificate);
    const { certificate } = await project.ask({ ca: company.certificate });
    expect(certificate?.fingerprint).toBe(new X509Certificate(next.certificate).fingerprint256);
    expect(await containers()).toEqual(before);
  });

  it('that would not serve is refused by plan and up before anything is touched', async () => {
    const before = { containers: await containers(), secrets: await project.file(`${SECRETS}/passwords.json`) };
    const good = await issue(company, new Date());
    const { key } = await issue(company, new Date());
    const bad: [KeyPair, string][] = [
      [await issue(company, new Date(Date.now() - 100 * 86_400_000)), 'expired'],
      [{ ...good, key }, 'does not belong'],
      [await issue(company, new Date(), 'other.example.org'), 'does not cover localhost'],
      [await issue(await issueCa('another', 'rsa-2048', new Date()), new Date()), 'did not sign'],
    ];
    for (const [pair, word] of bad) {
      await put(pair);
      expectRefused(await project.fortress('plan'), word);
      expectRefused(await project.fortress('up'), word);
    }
    expect({ containers: await containers(), secrets: await project.file(`${SECRETS}/passwords.json`) }).toEqual(
      before,
    );
    expect((await predictAsOps(company.certificate)).status).toBe(200);
  });

  it('goes again: what fortress had made is served as before', async () => {
    await project.configure({ ...config, gateway: { ...config.gateway, hosts: ['localhost', 'shop.example.org'] } });
    await unnoticedSwitch();
    const report = await project.json<Report>('certs');
    expect(report).toMatchObject({ own: false, changes: [], served: { current: true } });
  });

  /** Clients must trust both for a moment: which of the two is served is not in their hands. */
  async function unnoticedSwitch(): Promise<void> {
    const both = company.certificate + (await project.file(`${SECRETS}/ca.crt`));
    await unnoticed(() => project.ok('up'), both);
  }
});

describe('down', () => {
  it('--purge forgets the users that were added', async () => {
    await project.ok('down', '--purge');
    const { users } = await project.json<{ users: { name: string }[] }>('users');
    expect(users.map(({ name }) => name)).toEqual(['admin', 'ops']);
  });
});
